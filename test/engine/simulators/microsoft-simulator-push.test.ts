import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GraphMailbox, NOW, startGraphMailbox } from '../../support/graph-mailbox.ts';
import { codeOf, connectGraph } from '../../support/microsoft-client.ts';
import { type GraphReceiver, startGraphReceiver, subscriptionTo } from './graph-receiver.ts';

const MINUTE = 60_000;
const EVENT = { start: { dateTime: '2026-11-24T10:00:00Z' }, end: { dateTime: '2026-11-24T11:00:00Z' } };
const WEEK = new Date(NOW + 10_080 * MINUTE).toISOString();

let sim: GraphMailbox['sim'];
let ada: GraphMailbox['ada'];
let calendar: GraphMailbox['calendar'];
let client: GraphMailbox['client'];
let now: number;
let receiver: GraphReceiver;

beforeEach(async () => {
  now = NOW;
  const push = { retryBaseMs: 10, maxAttempts: 3, validationTimeoutMs: 2_000 };
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
const change = async () => {
  const id = sim.insertEvent(calendar, EVENT);
  await sim.idle();
  return id;
};

describe('the life of a subscription', () => {
  it('is listed, read, renewed, reauthorized and deleted by its owner only', async () => {
    const id = await created({ expirationDateTime: new Date(NOW + 60 * MINUTE).toISOString() });
    expect((await client.get('/subscriptions')).json.value).toMatchObject([{ id, clientState: null }]);
    const path = `/subscriptions/${id}`;
    const renewed = await client.send('PATCH', path, { expirationDateTime: WEEK });
    expect([renewed.status, renewed.json.expirationDateTime]).toEqual([200, WEEK]);
    expect((await client.send('PATCH', path, { lifecycleNotificationUrl: receiver.address })).status).toBe(400);
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
    expect(receiver.posts).toHaveLength(1);
    now += 60 * MINUTE;
    await change();
    expect(receiver.posts).toHaveLength(1);
    const fresh = await connectGraph(sim, ada);
    expect((await fresh.send('PATCH', `/subscriptions/${id}`, { expirationDateTime: WEEK })).status).toBe(404);
  });
});

describe('notifications', () => {
  it('name the subscription, its secret, the change and the event', async () => {
    const id = await created();
    const event = await change();
    expect(receiver.items()).toMatchObject([
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
    expect(JSON.stringify(receiver.items())).not.toContain(event);
  });

  it('come for the calendar and the kinds of change that were asked for', async () => {
    const other = sim.addCalendar(ada);
    await created({ changeType: 'deleted', resource: `me/calendars/${other}/events` });
    const event = sim.insertEvent(other, EVENT);
    sim.deleteEvent(calendar, sim.insertEvent(calendar, EVENT));
    sim.deleteEvent(other, event);
    await sim.idle();
    expect(receiver.items().map(({ changeType }) => changeType)).toEqual(['deleted']);
  });

  it('of one moment to one address share a POST, whatever the subscription', async () => {
    const other = sim.addCalendar(ada);
    const one = await created({ clientState: 'one' });
    const two = await created({ clientState: 'two', resource: `me/calendars/${other}/events` });
    const apart = await created({ notificationUrl: `${receiver.address}/apart` });
    sim.insertEvent(calendar, EVENT);
    sim.insertEvent(other, EVENT);
    await sim.idle();
    const batches = receiver.posts.map(
      ({ path, value }) => [path, value.map(({ subscriptionId }) => subscriptionId)] as const,
    );
    expect(batches).toHaveLength(2);
    expect(Object.fromEntries(batches)).toEqual({ '/push': [one, two], '/push/apart': [apart] });
    sim.switches.notificationBatchSize = 1;
    receiver.posts = [];
    sim.insertMany(calendar, [EVENT, EVENT]);
    sim.touch(other);
    await sim.idle();
    expect(receiver.posts.map(({ value }) => value.length)).toEqual([1, 1, 1]);
  });

  it('come several times, forged, late or never by switch', async () => {
    await created();
    sim.switches.extraUpdates = 2;
    sim.switches.duplicateNotifications = 1;
    await change();
    expect(receiver.items().map(({ changeType }) => changeType)).toEqual(
      ['created', 'updated', 'updated'].flatMap((type) => [type, type]),
    );
    Object.assign(sim.switches, { extraUpdates: 0, duplicateNotifications: 0, wrongClientState: true });
    receiver.posts = [];
    await change();
    expect(receiver.items()[0]?.clientState).not.toBe('secret');
    sim.switches.delayNotificationsMs = 60;
    const started = performance.now();
    await change();
    expect(performance.now() - started).toBeGreaterThan(50);
    sim.switches.loseNotifications = true;
    receiver.posts = [];
    await change();
    expect(receiver.posts).toEqual([]);
  });

  it.each([404, 500, 302])('are tried again after %i, with a limit', async (status) => {
    await created();
    receiver.statuses = [status];
    await change();
    expect(sim.notifications.map((one) => one.status)).toEqual([status, 202]);
    receiver.statuses = [status, status, status, status];
    await change();
    expect(receiver.posts).toHaveLength(5);
  });

  it('of the lifecycle go to their own address, and a removed subscription is gone', async () => {
    const id = await created();
    sim.sendLifecycle(id, 'missed');
    sim.sendLifecycle(id, 'reauthorizationRequired');
    sim.sendLifecycle(id, 'subscriptionRemoved');
    await sim.idle();
    expect(receiver.posts.map(({ path }) => path)).toEqual(['/push/lifecycle']);
    expect(receiver.items().map(({ lifecycleEvent }) => lifecycleEvent)).toEqual([
      'missed',
      'reauthorizationRequired',
      'subscriptionRemoved',
    ]);
    expect(receiver.items()[0]).toMatchObject({ subscriptionId: id, clientState: 'secret', tenantId: ada.tenantId });
    expect(sim.subscriptions.has(id)).toBe(false);
    await change();
    expect(receiver.posts).toHaveLength(1);
  });
});
