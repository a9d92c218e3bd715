import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GraphMailbox, NOW, startGraphMailbox } from '../../support/graph-mailbox.ts';
import { codeOf } from '../../support/microsoft-client.ts';
import { type GraphReceiver, startGraphReceiver, subscriptionTo } from './graph-receiver.ts';

const MINUTE = 60_000;
const WEEK = new Date(NOW + 10_080 * MINUTE).toISOString();

let sim: GraphMailbox['sim'];
let ada: GraphMailbox['ada'];
let calendar: GraphMailbox['calendar'];
let client: GraphMailbox['client'];
let now: number;
let receiver: GraphReceiver;

beforeEach(async () => {
  now = NOW;
  const push = { retryBaseMs: 10, maxAttempts: 3, validationTimeoutMs: 500 };
  ({ sim, ada, calendar, client } = await startGraphMailbox({ now: () => now, push }));
  receiver = await startGraphReceiver();
});

afterEach(async () => {
  await sim.close();
  receiver.close();
});

const subscribe = (more: Record<string, unknown> = {}, prefer?: string) =>
  client.send('POST', '/subscriptions', subscriptionTo(receiver.address, WEEK, more), prefer);
const created = async (more?: Record<string, unknown>) => String((await subscribe(more)).json.id);

describe('creating a subscription', () => {
  it('validates both addresses before it answers', async () => {
    const answer = await subscribe({ notificationUrl: `${receiver.address}?account=7` });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ clientState: 'secret', resource: 'me/events', expirationDateTime: WEEK });
    expect(receiver.handshakes.map(({ path }) => path.split('validationToken=')[0])).toEqual([
      '/push?account=7&',
      '/push/lifecycle?',
    ]);
    expect(
      receiver.handshakes.every(({ contentType, body }) => contentType?.startsWith('text/plain') && body === ''),
    ).toBe(true);
    // Spaces as %20, and something that does not survive being decoded twice.
    expect(receiver.handshakes[0]?.path).toMatch(/Validation%3A%20.*%2B%252B$/);
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
    ['silence', (text: string) => ({ status: 200, type: 'text/plain', text, delayMs: 700 }), 'timed out'],
  ])('refuses an address that answers with %s', async (_name, handshake, message) => {
    receiver.answerHandshake = handshake;
    const answer = await subscribe();
    expect([answer.status, codeOf(answer)]).toEqual([400, 'ValidationError']);
    expect(answer.text).toContain(message);
    expect(sim.subscriptions.size).toBe(0);
  });

  it('refuses when only the lifecycle address fails', async () => {
    receiver.answerHandshake = (text) => ({
      status: receiver.handshakes.length === 2 ? 404 : 200,
      type: 'text/plain',
      text,
    });
    expect((await subscribe()).status).toBe(400);
    expect(receiver.handshakes).toHaveLength(2);
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
    expect(receiver.handshakes).toEqual([]);
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
