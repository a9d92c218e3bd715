import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { googleFaults } from '../../../local/simulators/google/google-faults.ts';
import { type GoogleSimulator, startGoogleSimulator } from '../../../local/simulators/google/google-simulator.ts';
import type { GoogleAccount } from '../../../local/simulators/google/simulator-state.ts';
import { connect, eventsPath, type GoogleClient } from '../../support/google-client.ts';

const NOW = Date.parse('2026-11-02T09:00:00Z');
const EMAIL = 'ada@example.com';
const WATCH = `${eventsPath(EMAIL)}/watch`;
const STOP = '/calendar/v3/channels/stop';
const EVENT = { start: { date: '2026-11-03' }, end: { date: '2026-11-04' } };

let sim: GoogleSimulator;
let ada: GoogleAccount;
let client: GoogleClient;
let now: number;
let receiver: Server;
let address: string;
let received: { headers: IncomingHttpHeaders; length: number; arrived: number }[];
/** Statuses of the receiver's next answers; 200 once they are used up. */
let statuses: number[];

beforeEach(async () => {
  now = NOW;
  received = [];
  statuses = [];
  sim = await startGoogleSimulator({ now: () => now, push: { retryBaseMs: 20, maxAttempts: 4 } });
  ada = sim.addAccount({ email: EMAIL });
  sim.addCalendar(ada);
  client = await connect(sim, ada);
  receiver = createServer((request, response) => {
    let length = 0;
    request.on('data', (chunk: Buffer) => (length += chunk.length));
    request.on('end', () => {
      received.push({ headers: request.headers, length, arrived: performance.now() });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/push/google`;
});

afterEach(async () => {
  await sim.close();
  receiver.close();
});

const watch = (more: Record<string, unknown> = {}) =>
  client.post(WATCH, { id: 'channel-1', type: 'web_hook', address, token: 'secret', ...more });
const states = () => received.map(({ headers }) => headers['x-goog-resource-state']);
const numbers = () => received.map(({ headers }) => Number(headers['x-goog-message-number']));
const change = async () => {
  sim.insertEvent(EMAIL, EVENT);
  await sim.idle();
};

describe('watch', () => {
  it('has sent the sync message by the time it answers', async () => {
    const answer = await watch();
    expect(answer.status).toBe(200);
    expect(received).toHaveLength(1);
    expect(received[0]?.length).toBe(0);
    expect(received[0]?.headers).toMatchObject({
      'content-length': '0',
      'user-agent': expect.stringContaining('APIs-Google'),
      'x-goog-channel-id': 'channel-1',
      'x-goog-channel-token': 'secret',
      'x-goog-channel-expiration': 'Mon, 09 Nov 2026 09:00:00 GMT',
      'x-goog-message-number': '1',
      'x-goog-resource-id': answer.json.resourceId,
      'x-goog-resource-state': 'sync',
      'x-goog-resource-uri': answer.json.resourceUri,
    });
    expect(answer.json).toMatchObject({ kind: 'api#channel', id: 'channel-1', token: 'secret' });
    expect(answer.json.expiration).toBe(String(NOW + 7 * 86_400_000));
  });

  it('answers even when the receiver refuses the sync message', async () => {
    statuses = [404];
    expect((await watch()).status).toBe(200);
    expect(sim.notifications).toMatchObject([{ state: 'sync', status: 404, attempt: 1 }]);
  });

  it('answers after the first attempt at the sync message and retries that behind its back', async () => {
    statuses = [503, 503, 503];
    expect((await watch()).status).toBe(200);
    expect(received).toHaveLength(1);
    await sim.idle();
    expect(states()).toEqual(['sync', 'sync', 'sync', 'sync']);
  });

  it.each([
    [{ id: 'a b' }, 'channelIdInvalid'],
    [{ id: 'x'.repeat(65) }, 'channelIdInvalid'],
    [{ id: '' }, 'required'],
    [{ type: 'email' }, 'channelUnknown'],
    [{ token: 'x'.repeat(257) }, 'invalid'],
    [{ address: 'http://example.com/push' }, 'push.webhookUrlNotHttps'],
    [{ address: 'nonsense' }, 'push.webhookUrlNotHttps'],
    [{ expiration: 'tomorrow' }, 'invalid'],
    [{ expiration: String(NOW - 1) }, 'channelExpirationInvalid'],
    [{ ttl: '60' }, 'invalid'],
  ])('refuses %o', async (wrong, reason) => {
    const answer = await watch(wrong);
    expect([answer.status, answer.json.error?.errors?.[0]?.reason]).toEqual([400, reason]);
    expect(received).toEqual([]);
  });

  it('refuses a used channel id, also of a stopped channel, and calendars without push', async () => {
    const { json } = await watch();
    await client.post(STOP, { id: 'channel-1', resourceId: json.resourceId });
    expect((await watch()).json.error?.errors?.[0]?.reason).toBe('channelIdNotUnique');
    const holidays = sim.addCalendar(ada, { id: 'en.german#holiday@group.v.calendar.google.com', watchable: false });
    const body = { id: 'channel-2', type: 'web_hook', address };
    const answer = await client.post(`${eventsPath(holidays)}/watch`, body);
    expect(answer.json.error?.errors?.[0]?.reason).toBe('pushNotSupportedForRequestedResource');
    expect((await client.post(`${eventsPath('gone@example.com')}/watch`, body)).status).toBe(404);
  });

  it('takes the stricter of expiration, ttl and its own limit', async () => {
    const hour = 3_600_000;
    const expiry = async (id: string, more: Record<string, unknown>) =>
      Number((await watch({ id, ...more })).json.expiration) - NOW;
    expect(await expiry('c1', { params: { ttl: '3600' } })).toBe(hour);
    expect(await expiry('c2', { params: { ttl: '7200' }, expiration: NOW + hour })).toBe(hour);
    sim.switches.shortChannelTtlMs = 60_000;
    expect(await expiry('c3', {})).toBe(60_000);
  });

  it('may create the channel although its answer is lost', async () => {
    sim.faults.push({ on: 'watch', times: 1, outcome: googleFaults.lostAnswer });
    await expect(watch()).rejects.toThrow('fetch failed');
    expect(sim.channels.has('channel-1')).toBe(true);
    expect(states()).toEqual(['sync']);
  });
});

describe('notifications', () => {
  it('follow every change with growing, non-consecutive numbers', async () => {
    await watch();
    for (let round = 0; round < 5; round++) await change();
    sim.touch(EMAIL);
    sim.insertMany(EMAIL, [EVENT, EVENT, EVENT]);
    await sim.idle();
    expect(states()).toEqual(['sync', 'exists', 'exists', 'exists', 'exists', 'exists', 'exists', 'exists']);
    const sorted = [...numbers()].sort((a, b) => a - b);
    expect(sorted.every((number, index) => index === 0 || number >= (sorted[index - 1] ?? 0) + 2)).toBe(true);
  });

  it.each([200, 201, 202, 204])('count %i as delivered', async (status) => {
    statuses = [200, status];
    await watch();
    await change();
    expect(states()).toEqual(['sync', 'exists']);
  });

  it.each([500, 502, 503, 504])('are retried with growing pauses after %i', async (status) => {
    statuses = [200, status, status];
    await watch();
    await change();
    expect(states()).toEqual(['sync', 'exists', 'exists', 'exists']);
    expect(new Set(numbers().slice(1)).size).toBe(1);
    const [, first = 0, second = 0, third = 0] = received.map(({ arrived }) => arrived);
    expect(second - first).toBeGreaterThanOrEqual(18);
    expect(third - second).toBeGreaterThanOrEqual(38);
  });

  it.each([301, 400, 401, 404, 410, 429, 501])('are not retried after %i', async (status) => {
    statuses = [200, status];
    await watch();
    await change();
    expect(states()).toEqual(['sync', 'exists']);
  });

  it('are given up after the last attempt', async () => {
    statuses = [200, 503, 503, 503, 503, 503, 503];
    await watch();
    await change();
    expect(sim.notifications.filter(({ state }) => state === 'exists')).toHaveLength(4);
  });

  it('can be lost, duplicated and delayed', async () => {
    await watch();
    sim.switches.loseNotifications = true;
    await change();
    expect(received).toHaveLength(1);
    sim.switches.loseNotifications = false;
    sim.switches.duplicateNotifications = 2;
    await change();
    expect(received).toHaveLength(4);
    expect(new Set(numbers()).size).toBe(2);
    sim.switches.duplicateNotifications = 0;
    sim.switches.delayNotificationsMs = 60;
    const started = performance.now();
    await change();
    expect((received.at(-1)?.arrived ?? 0) - started).toBeGreaterThan(50);
  });

  it('end with the channel, by expiry or stop, some of them a little later', async () => {
    const { json } = await watch();
    sim.switches.notifyAfterStopMs = 60_000;
    expect((await client.post(STOP, { id: 'channel-1', resourceId: json.resourceId })).status).toBe(204);
    await change();
    expect(states()).toEqual(['sync', 'exists']);
    now += 60_000;
    await change();
    expect(received).toHaveLength(2);
    await watch({ id: 'channel-2', params: { ttl: '60' } });
    now += 60_000;
    await change();
    expect(received).toHaveLength(3);
  });

  it('are stopped by the account that started them only, once', async () => {
    const { json } = await watch();
    const bob = sim.addAccount({ email: 'bob@example.com' });
    sim.addCalendar(bob, { id: EMAIL, accessRole: 'reader' });
    const body = { id: 'channel-1', resourceId: json.resourceId };
    expect((await (await connect(sim, bob)).post(STOP, body)).status).toBe(404);
    expect((await client.post(STOP, { ...body, resourceId: 'other' })).status).toBe(404);
    expect((await client.post(STOP, { id: 'channel-1' })).status).toBe(400);
    expect((await client.post(STOP, body)).status).toBe(204);
    expect((await client.post(STOP, body)).status).toBe(404);
  });

  it('leave nothing running after close', async () => {
    statuses = [200, 503];
    await sim.close();
    sim = await startGoogleSimulator({ now: () => now, push: { retryBaseMs: 60_000 } });
    ada = sim.addAccount({ email: EMAIL });
    sim.addCalendar(ada);
    client = await connect(sim, ada);
    await watch();
    sim.insertEvent(EMAIL, EVENT);
    await expect.poll(() => received.length).toBe(2);
    sim.faults.push({ on: 'list', times: 1, outcome: googleFaults.timeout(60_000) });
    const hanging = client.get(eventsPath(EMAIL)).catch(() => 'dropped');
    await expect.poll(() => sim.count('list')).toBe(1);
    const started = performance.now();
    await sim.close();
    expect(await hanging).toBe('dropped');
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('control surface', () => {
  const control = async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${sim.url}/_sim/${path}`, init);
    const text = await response.text();
    return { status: response.status, json: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  };

  it('changes a calendar as a user would and lists what was asked of the provider', async () => {
    await watch();
    const { json } = await control('POST', 'events', { summary: 'From curl' });
    const id = String(json.id);
    expect(sim.truth(EMAIL, { from: NOW, to: NOW + 86_400_000 })).toMatchObject([
      {
        id,
        summary: 'From curl',
        start: { dateTime: '2026-11-02T10:00:00Z' },
        end: { dateTime: '2026-11-02T10:30:00Z' },
      },
    ]);
    expect((await control('PATCH', `events/${id}?calendar=${EMAIL}`, { summary: 'Changed' })).status).toBe(200);
    expect((await control('GET', 'events')).json.events).toMatchObject([{ id, summary: 'Changed' }]);
    expect((await control('DELETE', `events/${id}`)).status).toBe(204);
    expect((await control('GET', 'events')).json.events).toEqual([]);
    expect((await control('GET', 'requests?kind=watch')).json).toMatchObject({ count: 1, requests: [{ status: 200 }] });
    await sim.idle();
    expect(states()).toEqual(['sync', 'exists', 'exists', 'exists']);
  });

  it('explains what it cannot do', async () => {
    expect((await control('DELETE', 'events/unknown')).status).toBe(404);
    expect((await control('POST', 'events', { start: { dateTime: 'soon' } })).status).toBe(400);
    expect((await control('POST', 'events?calendar=nobody', {})).status).toBe(400);
    expect((await control('GET', 'nothing')).status).toBe(404);
  });
});
