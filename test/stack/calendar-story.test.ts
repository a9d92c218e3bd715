import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { Webhook } from 'standardwebhooks';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedUser } from '../support/simulated-user-port.ts';
import { useStack, useWebhookReceiver } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { ReceivedWebhook } from '../support/webhook-receiver.ts';

const receiver = useWebhookReceiver();
const stack = useStack();
let secret: string;
let user: SimulatedUser;
let crashes = 0;

const names = async (calendarId: string): Promise<string[]> => {
  const { body } = await stack.call('GET', `/calendar_events?calendar_id=${calendarId}&ordering=created_at`);
  return body.results
    .filter((event: { is_deleted: boolean }) => !event.is_deleted)
    .map(({ name }: { name: string }) => name);
};
const invocations = async (name: string): Promise<number> =>
  (await stack.local.state()).functions[name]?.invocations ?? Number.NaN;
const update = (calendarId: string) => (webhook: ReceivedWebhook) =>
  webhook.payload.calendar_id === calendarId && webhook.payload.trigger === 'calendar.events_update';
/** The calendar is connected, and its first sync has been announced. */
const connectAndSettle = async (): Promise<string> => {
  const id = await stack.connect(user, { metadata: { 10: 'ten', 9: 'nine', user: 'Zoë' } });
  await receiver.waitFor(update(id));
  receiver.received.length = 0;
  return id;
};

beforeAll(async () => {
  const { status, body } = await stack.call('POST', '/webhooks', {
    url: receiver.url,
    triggers: ['calendar.events_update', 'calendar.state_change'],
  });
  expect(status).toBe(201);
  secret = body.secret;
  receiver.trust(secret);
});
const begin = (platform: 'google' | 'microsoft') => () => {
  user = stack.simulate(platform);
  user.insert('standing', 1);
};

describe.each(['google', 'microsoft'] as const)('a change in a calendar of %s', (platform) => {
  beforeEach(begin(platform));

  it('is sent to the customer by a signed webhook, after the API already shows it', async () => {
    const id = await connectAndSettle();
    user.insert('new', 1);
    const { payload, body, headers } = await receiver.waitFor(update(id));
    expect(payload.data).toMatchObject({ state: 'connected', created: 1, changed: 0, deleted: 0 });
    expect(payload.calendar_metadata).toEqual({ 10: 'ten', 9: 'nine', user: 'Zoë' });
    const verifier = new Webhook(secret);
    expect(verifier.verify(body, headers as Record<string, string>)).toEqual(payload);

    const since = encodeURIComponent(String(payload.data.since));
    const { body: page } = await stack.call('GET', `/calendar_events?calendar_id=${id}&updated_at_gte=${since}`);
    expect(page.results.map(({ name }: { name: string }) => name)).toEqual(['new']);
  });

  it('costs at most 4 delta calls when 100 notifications come within a second, and the last change is stored', async () => {
    const id = await connectAndSettle();
    const uuid = user.insert('0', 1);
    await receiver.waitFor(update(id));
    const before = user.calls('delta');
    const decisions = await invocations('decide-bots');
    for (let index = 1; index <= 100; index += 1) {
      user.rename(uuid, String(index));
      if (index % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await Promise.all([stack.google.idle(), stack.microsoft.idle()]);
    await waitUntil(async () => (await names(id)).includes('100'));
    await stack.idle();
    expect(user.calls('delta') - before).toBeLessThanOrEqual(4);
    // The project has no bot rules.
    expect((await invocations('decide-bots')) - decisions).toBe(0);
  });

  it('costs a delta call and one look 15 s later, and sends no webhook, when the notification brings nothing', async () => {
    const id = await connectAndSettle();
    const { body: before } = await stack.call('GET', `/calendar_events?calendar_id=${id}`);
    const [deltas, tokens] = [user.calls('delta'), user.calls('token')];
    user.touch();
    await waitUntil(() => user.calls('delta') > deltas);
    // The look is part of it: until then the stack is not idle.
    await stack.idle();
    expect([user.calls('delta') - deltas, user.calls('token') - tokens]).toEqual([2, 0]);
    expect((await stack.call('GET', `/calendar_events?calendar_id=${id}`)).body).toEqual(before);
    expect(receiver.received.filter(update(id))).toEqual([]);
  });
});

describe('an endpoint that fails once', () => {
  beforeEach(begin('google'));

  it('receives the same webhook again with the same idempotency key', async () => {
    const id = await connectAndSettle();
    receiver.answers.push(500);
    user.insert('second try', 1);
    const first = await receiver.waitFor(update(id));
    const second = await receiver.waitFor((webhook) => update(id)(webhook) && webhook !== first, 15_000);
    expect(second.payload.idempotency_key).toBe(first.payload.idempotency_key);
    expect(second.body).toBe(first.body);
  });
});

describe('a change', () => {
  beforeEach(begin('google'));

  it.each([4, 5])('arrives although sync-calendar crashes after its call %i', async (after) => {
    const id = await connectAndSettle();
    await stack.control('crash', { function: 'sync-calendar', after });
    user.insert('survives', 1);
    await waitUntil(() => stack.passCrash('sync-calendar'));
    const { payload } = await receiver.waitFor(update(id), 20_000);
    expect(payload.data.created).toBe(1);
    expect(await names(id)).toEqual(['standing', 'survives']);
    crashes += 1;
    expect((await stack.local.state()).functions['sync-calendar']?.crashes).toBe(crashes);
  });

  it('arrives although fan-out-notification crashes after its first call', async () => {
    const id = await connectAndSettle();
    await stack.control('crash', { function: 'fan-out-notification', after: 1 });
    user.insert('survives', 1);
    await waitUntil(() => stack.passCrash('fan-out-notification'));
    await receiver.waitFor(update(id), 20_000);
    expect((await stack.local.state()).functions['fan-out-notification']?.crashes).toBe(1);
  });
});

describe.each(['google', 'microsoft'] as const)('loss of access at %s', (platform) => {
  beforeEach(begin(platform));

  it('is announced once, and a new refresh token connects the calendar again with the changes it missed', async () => {
    const id = await connectAndSettle();
    user.account.revoked = true;
    user.expireAccessTokens();
    user.insert('missed', 1);
    await stack.loseAccess(id);
    const lost = await receiver.waitFor(({ payload }) => payload.trigger === 'calendar.state_change');
    expect(lost.payload).toMatchObject({ calendar_id: id, data: { state: 'disconnected' } });
    expect((await stack.call('GET', `/calendars/${id}`)).body).toMatchObject({
      state: 'disconnected',
      connection_failure_data: { code: 'authorization_revoked' },
    });

    user.account.revoked = false;
    await stack.call('PATCH', `/calendars/${id}`, { refresh_token: user.account.refreshToken });
    await receiver.waitFor(update(id));
    // The two of them come in any order.
    await receiver.waitFor(
      ({ payload }) => payload.trigger === 'calendar.state_change' && payload.data.state === 'connected',
    );
    expect((await stack.call('GET', `/calendars/${id}`)).body).toMatchObject({
      state: 'connected',
      connection_failure_data: null,
    });
    expect(await names(id)).toEqual(['standing', 'missed']);
    const changes = receiver.received.filter(({ payload }) => payload.trigger === 'calendar.state_change');
    expect(changes.map(({ payload }) => payload.data.state)).toEqual(['disconnected', 'connected']);
  });
});

describe.each(['google', 'microsoft'] as const)('deleting a calendar of %s', (platform) => {
  beforeEach(begin(platform));

  it('removes its events, stops its channel and leaves no row', async () => {
    const id = await connectAndSettle();
    expect((await stack.call('DELETE', `/calendars/${id}`)).status).toBe(200);
    expect((await stack.call('GET', `/calendar_events?calendar_id=${id}`)).body.results).toEqual([]);
    expect((await stack.call('GET', `/calendars/${id}`)).status).toBe(404);
    await waitUntil(() => user.calls('close') === 1);
    const rowsLeft = async (): Promise<string[]> => {
      const { Items = [] } = await stack.table.client.send(new ScanCommand({ TableName: stack.table.name }));
      return Items.map(({ PK, SK }) => `${PK} ${SK}`).filter((key) => key.includes(id));
    };
    await waitUntil(async () => (await rowsLeft()).length === 0);
  });
});

describe('a push channel', () => {
  it('is replaced at Google and renewed at Microsoft before it expires', async () => {
    begin('google')();
    const ofGoogle = user;
    const googleId = await connectAndSettle();
    begin('microsoft')();
    const ofMicrosoft = user;
    const microsoftId = await connectAndSettle();
    await stack.control('clock', { advance: 'P6DT1H' });
    await stack.control('tick', {});
    await waitUntil(() => ofGoogle.calls('open') === 2 && ofGoogle.calls('close') === 1);
    await waitUntil(() => stack.microsoft.count('renew', { account: ofMicrosoft.account.email }) === 1);
    for (const [id, owner] of [
      [googleId, ofGoogle],
      [microsoftId, ofMicrosoft],
    ] as const) {
      owner.insert('pushed by the channel', 1);
      await receiver.waitFor((webhook) => update(id)(webhook) && Number(webhook.payload.data.created) > 0);
    }
  });
});
