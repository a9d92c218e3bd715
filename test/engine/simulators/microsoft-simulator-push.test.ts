import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type MicrosoftSimulator,
  startMicrosoftSimulator,
} from '../../../local/simulators/microsoft/microsoft-simulator.ts';
import type { MicrosoftAccount } from '../../../local/simulators/microsoft/simulator-state.ts';
import { codeOf, connectGraph, type GraphClient } from './microsoft-client.ts';

const NOW = Date.parse('2026-11-21T09:00:00Z');
const MINUTE = 60_000;
const EVENT = { start: { dateTime: '2026-11-24T10:00:00Z' }, end: { dateTime: '2026-11-24T11:00:00Z' } };
const WEEK = new Date(NOW + 10_080 * MINUTE).toISOString();

type Item = Record<string, unknown> & { subscriptionId: string };

let sim: MicrosoftSimulator;
let ada: MicrosoftAccount;
let calendar: string;
let client: GraphClient;
let now: number;
let receiver: Server;
let address: string;
let posts: { path: string; value: Item[] }[];
let handshakes: { path: string; contentType: string | undefined; body: string }[];
/** Statuses of the receiver's next answers to notifications; 202 once they are used up. */
let statuses: number[];
/** How the receiver answers the handshake. */
let answerHandshake: (token: string) => { status: number; type: string; text: string; delayMs?: number };

beforeEach(async () => {
  now = NOW;
  posts = [];
  handshakes = [];
  statuses = [];
  answerHandshake = (text) => ({ status: 200, type: 'text/plain', text });
  const push = { retryBaseMs: 10, maxAttempts: 3, validationTimeoutMs: 100 };
  sim = await startMicrosoftSimulator({ now: () => now, push });
  ada = sim.addAccount({ email: 'ada@example.com' });
  calendar = sim.addCalendar(ada);
  client = await connectGraph(sim, ada);
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://receiver');
      const token = url.searchParams.get('validationToken');
      if (token === null) {
        posts.push({ path: url.pathname, value: (JSON.parse(body) as { value: Item[] }).value });
        response.writeHead(statuses.shift() ?? 202).end();
        return;
      }
      handshakes.push({ path: request.url ?? '', contentType: request.headers['content-type'], body });
      const { status, type, text, delayMs = 0 } = answerHandshake(token);
      setTimeout(() => response.writeHead(status, { 'content-type': type }).end(text), delayMs);
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/push`;
});

afterEach(async () => {
  await sim.close();
  receiver.close();
});

const subscribe = (more: Record<string, unknown> = {}, prefer?: string) =>
  client.send(
    'POST',
    '/subscriptions',
    {
      changeType: 'created,updated,deleted',
      notificationUrl: address,
      lifecycleNotificationUrl: `${address}/lifecycle`,
      resource: 'me/events',
      expirationDateTime: WEEK,
      clientState: 'secret',
      ...more,
    },
    prefer,
  );
const created = async (more?: Record<string, unknown>) => String((await subscribe(more)).json.id);
const items = () => posts.flatMap(({ value }) => value);
const change = async () => {
  const id = sim.insertEvent(calendar, EVENT);
  await sim.idle();
  return id;
};

describe('creating a subscription', () => {
  it('validates both addresses before it answers', async () => {
    const answer = await subscribe({ notificationUrl: `${address}?account=7` });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ clientState: 'secret', resource: 'me/events', expirationDateTime: WEEK });
    expect(handshakes.map(({ path }) => path.split('validationToken=')[0])).toEqual([
      '/push?account=7&',
      '/push/lifecycle?',
    ]);
    expect(handshakes.every(({ contentType, body }) => contentType?.startsWith('text/plain') && body === '')).toBe(
      true,
    );
    // Spaces as %20, and something that does not survive being decoded twice.
    expect(handshakes[0]?.path).toMatch(/Validation%3A%20.*%2B%252B$/);
  });

  it.each([
    ['another status', () => ({ status: 202, type: 'text/plain', text: '' }), 'must respond with 200 OK'],
    ['another type', (text: string) => ({ status: 200, type: 'application/json', text }), 'text/plain'],
    ['another text', () => ({ status: 200, type: 'text/plain', text: 'hello' }), 'exactly match'],
    [
      'a token decoded twice',
      (text: string) => ({ status: 200, type: 'text/plain', text: decodeURIComponent(text) }),
      'exactly match',
    ],
    ['silence', (text: string) => ({ status: 200, type: 'text/plain', text, delayMs: 300 }), 'timed out'],
  ])('refuses an address that answers with %s', async (_name, handshake, message) => {
    answerHandshake = handshake;
    const answer = await subscribe();
    expect([answer.status, codeOf(answer)]).toEqual([400, 'ValidationError']);
    expect(answer.text).toContain(message);
    expect(sim.subscriptions.size).toBe(0);
  });

  it('refuses when only the lifecycle address fails', async () => {
    answerHandshake = (text) => ({ status: handshakes.length === 2 ? 404 : 200, type: 'text/plain', text });
    expect((await subscribe()).status).toBe(400);
    expect(handshakes).toHaveLength(2);
  });

  it.each([
    [{ changeType: 'renamed' }, 'changeType'],
    [{ notificationUrl: 'http://example.com/push' }, 'https'],
    [{ lifecycleNotificationUrl: 'nonsense' }, 'https'],
    [{ clientState: 'x'.repeat(129) }, '128'],
    [{ expirationDateTime: undefined }, 'expirationDateTime'],
    [{ expirationDateTime: new Date(NOW).toISOString() }, 'in the future'],
    [
      { expirationDateTime: new Date(NOW + 10_081 * MINUTE).toISOString() },
      'Subscription expiration can only be 10080 minutes in the future.',
    ],
    [{ resource: 'me/events/AAMk' }, 'not supported'],
    [{ resource: 'me/messages' }, 'not supported'],
  ])('refuses %o', async (wrong, message) => {
    const answer = await subscribe(wrong);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(message);
    expect(handshakes).toEqual([]);
  });

  it('knows the resources that are in use, and only the own ones', async () => {
    const path = `calendars/${calendar}/events`;
    const resources = [
      '/me/events',
      'me/calendar/events',
      `me/${path}`,
      `/users/${ada.oid}/${path}`,
      `Users/${ada.email}/events`,
    ];
    for (const resource of resources) expect((await subscribe({ resource })).status).toBe(201);
    const shared = sim.addCalendar(ada, { shared: true });
    expect((await subscribe({ resource: `me/calendars/${shared}/events` })).status).toBe(403);
    expect((await subscribe({ resource: 'users/somebody/events' })).status).toBe(403);
    expect((await subscribe({ resource: 'me/calendars/unknown/events' })).status).toBe(404);
  });

  it('raises short lives to 45 minutes and shortens any by switch', async () => {
    const soon = new Date(NOW + MINUTE).toISOString();
    const expiry = async (expirationDateTime: string) =>
      (await subscribe({ expirationDateTime })).json.expirationDateTime;
    expect(await expiry(soon)).toBe(new Date(NOW + 45 * MINUTE).toISOString());
    sim.switches.shortSubscriptionMs = 10 * MINUTE;
    expect(await expiry(WEEK)).toBe(new Date(NOW + 10 * MINUTE).toISOString());
  });

  it('refuses duplicates by switch', async () => {
    const first = await created();
    expect((await subscribe()).status).toBe(201);
    sim.switches.refuseDuplicates = true;
    expect((await subscribe({ resource: '/me/events' })).status).toBe(409);
    expect((await client.get('/subscriptions')).json.value.map(({ id }) => id)).toContain(first);
  });
});

describe('the life of a subscription', () => {
  it('is listed, read, renewed, reauthorized and deleted by its owner only', async () => {
    const id = await created({ expirationDateTime: new Date(NOW + 60 * MINUTE).toISOString() });
    expect((await client.get('/subscriptions')).json.value).toMatchObject([{ id, clientState: null }]);
    const path = `/subscriptions/${id}`;
    const renewed = await client.send('PATCH', path, { expirationDateTime: WEEK });
    expect([renewed.status, renewed.json.expirationDateTime]).toEqual([200, WEEK]);
    expect((await client.send('PATCH', path, { lifecycleNotificationUrl: address })).status).toBe(400);
    const late = new Date(NOW + 10_081 * MINUTE).toISOString();
    expect((await client.send('PATCH', path, { expirationDateTime: late })).status).toBe(400);
    expect((await client.send('POST', `${path}/reauthorize`)).status).toBe(204);
    const grace = await connectGraph(sim, sim.addAccount({ email: 'grace@example.com' }));
    expect((await grace.get('/subscriptions')).json.value).toEqual([]);
    expect((await grace.send('DELETE', path)).status).toBe(404);
    expect((await client.send('DELETE', path)).status).toBe(204);
    expect((await client.send('DELETE', path)).status).toBe(404);
    const gone = await client.send('PATCH', path, { expirationDateTime: WEEK });
    expect([gone.status, codeOf(gone)]).toEqual([404, 'ResourceNotFound']);
  });

  it('ends with its expiry', async () => {
    const id = await created({ expirationDateTime: new Date(NOW + 60 * MINUTE).toISOString() });
    await change();
    expect(posts).toHaveLength(1);
    now += 60 * MINUTE;
    await change();
    expect(posts).toHaveLength(1);
    const fresh = await connectGraph(sim, ada);
    expect((await fresh.send('PATCH', `/subscriptions/${id}`, { expirationDateTime: WEEK })).status).toBe(404);
  });
});

describe('notifications', () => {
  it('name the subscription, its secret, the change and the event', async () => {
    const id = await created();
    const event = await change();
    expect(items()).toMatchObject([
      {
        subscriptionId: id,
        clientState: 'secret',
        changeType: 'created',
        tenantId: ada.tenantId,
        subscriptionExpirationDateTime: WEEK,
        resource: `Users/${ada.oid}/Events/${event}`,
        resourceData: { '@odata.type': '#Microsoft.Graph.Event', id: event },
      },
    ]);
    expect(sim.notifications).toMatchObject([{ status: 202, attempt: 1, lifecycle: false, subscriptionIds: [id] }]);
  });

  it('carry ids in the form the subscription was created with', async () => {
    await subscribe({}, 'outlook.timezone="UTC"');
    const event = await change();
    expect(JSON.stringify(items())).not.toContain(event);
  });

  it('come for the calendar and the kinds of change that were asked for', async () => {
    const other = sim.addCalendar(ada);
    await created({ changeType: 'deleted', resource: `me/calendars/${other}/events` });
    const event = sim.insertEvent(other, EVENT);
    sim.deleteEvent(calendar, sim.insertEvent(calendar, EVENT));
    sim.deleteEvent(other, event);
    await sim.idle();
    expect(items().map(({ changeType }) => changeType)).toEqual(['deleted']);
  });

  it('of one moment to one address share a POST, whatever the subscription', async () => {
    const other = sim.addCalendar(ada);
    const one = await created({ clientState: 'one' });
    const two = await created({ clientState: 'two', resource: `me/calendars/${other}/events` });
    const apart = await created({ notificationUrl: `${address}/apart` });
    sim.insertEvent(calendar, EVENT);
    sim.insertEvent(other, EVENT);
    await sim.idle();
    const batches = posts.map(({ path, value }) => [path, value.map(({ subscriptionId }) => subscriptionId)] as const);
    expect(batches).toHaveLength(2);
    expect(Object.fromEntries(batches)).toEqual({ '/push': [one, two], '/push/apart': [apart] });
    sim.switches.notificationBatchSize = 1;
    posts = [];
    sim.insertMany(calendar, [EVENT, EVENT]);
    sim.touch(other);
    await sim.idle();
    expect(posts.map(({ value }) => value.length)).toEqual([1, 1, 1]);
  });

  it('come several times, forged, late or never by switch', async () => {
    await created();
    sim.switches.extraUpdates = 2;
    sim.switches.duplicateNotifications = 1;
    await change();
    expect(items().map(({ changeType }) => changeType)).toEqual(
      ['created', 'updated', 'updated'].flatMap((type) => [type, type]),
    );
    Object.assign(sim.switches, { extraUpdates: 0, duplicateNotifications: 0, wrongClientState: true });
    posts = [];
    await change();
    expect(items()[0]?.clientState).not.toBe('secret');
    sim.switches.delayNotificationsMs = 60;
    const started = performance.now();
    await change();
    expect(performance.now() - started).toBeGreaterThan(50);
    sim.switches.loseNotifications = true;
    posts = [];
    await change();
    expect(posts).toEqual([]);
  });

  it.each([404, 500, 302])('are tried again after %i, with a limit', async (status) => {
    await created();
    statuses = [status];
    await change();
    expect(sim.notifications.map((one) => one.status)).toEqual([status, 202]);
    statuses = [status, status, status, status];
    await change();
    expect(posts).toHaveLength(5);
  });

  it('of the lifecycle go to their own address, and a removed subscription is gone', async () => {
    const id = await created();
    sim.sendLifecycle(id, 'missed');
    sim.sendLifecycle(id, 'reauthorizationRequired');
    sim.sendLifecycle(id, 'subscriptionRemoved');
    await sim.idle();
    expect(posts.map(({ path }) => path)).toEqual(['/push/lifecycle']);
    expect(items().map(({ lifecycleEvent }) => lifecycleEvent)).toEqual([
      'missed',
      'reauthorizationRequired',
      'subscriptionRemoved',
    ]);
    expect(items()[0]).toMatchObject({ subscriptionId: id, clientState: 'secret', tenantId: ada.tenantId });
    expect(sim.subscriptions.has(id)).toBe(false);
    await change();
    expect(posts).toHaveLength(1);
  });
});
