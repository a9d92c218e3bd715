import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedUser, simulateUser } from '../support/simulated-user.ts';
import { startTestStack, type TestStack } from '../support/start-test-stack.ts';
import { type ReceivedWebhook, startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

let stack: TestStack;
let receiver: WebhookReceiver;
let secret: string;
let user: SimulatedUser;
let crashes = 0;

const api = async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`${stack.local.url}${path}`, {
    method,
    headers: { authorization: `Token ${stack.local.apiKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
};
const control = (path: string, body: unknown) =>
  fetch(`${stack.local.url}/_local/${path}`, { method: 'POST', body: JSON.stringify(body) });
const connect = async () => {
  const { body } = await api('POST', '/api/v1/calendars', {
    platform: user.platform,
    client_id: user.account.clientId,
    client_secret: user.account.clientSecret,
    refresh_token: user.account.refreshToken,
    metadata: { 10: 'ten', 9: 'nine', user: 'Zoë' },
  });
  return String(body.id);
};
const names = async (calendarId: string): Promise<string[]> => {
  const { body } = await api('GET', `/api/v1/calendar_events?calendar_id=${calendarId}&ordering=created_at`);
  return body.results
    .filter((event: { is_deleted: boolean }) => !event.is_deleted)
    .map(({ name }: { name: string }) => name);
};
const update = (calendarId: string) => (webhook: ReceivedWebhook) =>
  webhook.payload.calendar_id === calendarId && webhook.payload.trigger === 'calendar.events_update';
const until = async (holds: () => Promise<boolean> | boolean, withinMs = 10_000): Promise<void> => {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
/** The calendar is connected, and its first sync has been announced. */
const connectAndSettle = async (): Promise<string> => {
  const id = await connect();
  await receiver.waitFor(update(id));
  receiver.received.length = 0;
  return id;
};

beforeAll(async () => {
  [stack, receiver] = await Promise.all([startTestStack(), startWebhookReceiver()]);
  const { status, body } = await api('POST', '/api/v1/webhooks', {
    url: receiver.url,
    triggers: ['calendar.events_update', 'calendar.state_change'],
  });
  expect(status).toBe(201);
  secret = body.secret;
  receiver.trust(secret);
});
afterAll(async () => {
  await stack?.close();
  await receiver?.close();
});
const begin = (platform: 'google' | 'microsoft') => () => {
  user = simulateUser(stack, platform);
  user.insert('standing', 1);
};

describe.each(['google', 'microsoft'] as const)('a change in a calendar of %s', (platform) => {
  beforeEach(begin(platform));

  it('reaches the customer by a signed webhook, and can be read by then', async () => {
    const id = await connectAndSettle();
    user.insert('new', 1);
    const { payload, body, headers } = await receiver.waitFor(update(id));
    expect(payload.data).toMatchObject({ state: 'connected', created: 1, changed: 0, deleted: 0 });
    expect(payload.calendar_metadata).toEqual({ 10: 'ten', 9: 'nine', user: 'Zoë' });
    const verifier = new Webhook(secret);
    expect(verifier.verify(body, headers as Record<string, string>)).toEqual(payload);

    const since = encodeURIComponent(String(payload.data.since));
    const { body: page } = await api('GET', `/api/v1/calendar_events?calendar_id=${id}&updated_at_gte=${since}`);
    expect(page.results.map(({ name }: { name: string }) => name)).toEqual(['new']);
  });

  it('a burst of 100 notifications within a second costs at most 4 delta calls, and the last change is in', async () => {
    const id = await connectAndSettle();
    const uuid = user.insert('0', 1);
    await receiver.waitFor(update(id));
    const before = user.calls('delta');
    for (let index = 1; index <= 100; index += 1) {
      user.rename(uuid, String(index));
      if (index % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await Promise.all([stack.google.idle(), stack.microsoft.idle()]);
    await until(async () => (await names(id)).includes('100'));
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(user.calls('delta') - before).toBeLessThanOrEqual(4);
  });

  it('a notification without a change costs one delta call, and nobody hears of it', async () => {
    const id = await connectAndSettle();
    const { body: before } = await api('GET', `/api/v1/calendar_events?calendar_id=${id}`);
    const [deltas, tokens] = [user.calls('delta'), user.calls('token')];
    user.touch();
    await until(() => user.calls('delta') > deltas);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect([user.calls('delta') - deltas, user.calls('token') - tokens]).toEqual([1, 0]);
    expect((await api('GET', `/api/v1/calendar_events?calendar_id=${id}`)).body).toEqual(before);
    expect(receiver.received.filter(update(id))).toEqual([]);
  });
});

describe('an endpoint that fails at first', () => {
  beforeEach(begin('google'));

  it('is sent the same again, under the same key', async () => {
    const id = await connectAndSettle();
    receiver.answers.push(500);
    user.insert('second try', 1);
    const first = await receiver.waitFor(update(id));
    const second = await receiver.waitFor((webhook) => update(id)(webhook) && webhook !== first, 15_000);
    expect(second.payload.idempotency_key).toBe(first.payload.idempotency_key);
    expect(second.body).toBe(first.body);
  });
});

describe('a function that dies', () => {
  beforeEach(begin('google'));

  it.each([4, 5])('sync-calendar after its call %i: the change arrives all the same', async (after) => {
    const id = await connectAndSettle();
    expect((await control('crash', { function: 'sync-calendar', after })).status).toBe(200);
    user.insert('survives', 1);
    const { payload } = await receiver.waitFor(update(id), 20_000);
    expect(payload.data.created).toBe(1);
    expect(await names(id)).toEqual(['standing', 'survives']);
    crashes += 1;
    expect((await stack.local.state()).functions['sync-calendar']?.crashes).toBe(crashes);
  });

  it('fan-out-notification after its first call: the webhook arrives all the same', async () => {
    const id = await connectAndSettle();
    expect((await control('crash', { function: 'fan-out-notification', after: 1 })).status).toBe(200);
    user.insert('survives', 1);
    await receiver.waitFor(update(id), 20_000);
    expect((await stack.local.state()).functions['fan-out-notification']?.crashes).toBe(1);
  });
});

describe.each(['google', 'microsoft'] as const)('loss of access at %s', (platform) => {
  beforeEach(begin(platform));

  it('is announced once, and a new token brings the calendar back with what was missed', async () => {
    const id = await connectAndSettle();
    user.account.revoked = true;
    user.expireAccessTokens();
    user.insert('missed', 1);
    const lost = await receiver.waitFor(({ payload }) => payload.trigger === 'calendar.state_change');
    expect(lost.payload).toMatchObject({ calendar_id: id, data: { state: 'disconnected' } });
    expect((await api('GET', `/api/v1/calendars/${id}`)).body).toMatchObject({
      state: 'disconnected',
      connection_failure_data: { code: 'authorization_revoked' },
    });

    user.account.revoked = false;
    await api('PATCH', `/api/v1/calendars/${id}`, { refresh_token: user.account.refreshToken });
    await receiver.waitFor(update(id));
    // The two of them come in any order.
    await receiver.waitFor(
      ({ payload }) => payload.trigger === 'calendar.state_change' && payload.data.state === 'connected',
    );
    expect((await api('GET', `/api/v1/calendars/${id}`)).body).toMatchObject({
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

  it('removes its events, stops its channel and leaves no row behind', async () => {
    const id = await connectAndSettle();
    expect((await api('DELETE', `/api/v1/calendars/${id}`)).status).toBe(200);
    expect((await api('GET', `/api/v1/calendar_events?calendar_id=${id}`)).body.results).toEqual([]);
    expect((await api('GET', `/api/v1/calendars/${id}`)).status).toBe(404);
    await until(() => user.calls('close') === 1);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({ endpoint: stack.local.dynamodbEndpoint, region: 'us-east-1', credentials });
    const rowsLeft = async (): Promise<string[]> => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: stack.local.tableName }));
      return Items.map(({ PK, SK }) => `${PK?.S} ${SK?.S}`).filter((key) => key.includes(id));
    };
    await until(async () => (await rowsLeft()).length === 0);
  });
});

describe('time', () => {
  it('renews a channel before it ends: Google’s by a successor, Microsoft’s by prolonging it', async () => {
    begin('google')();
    const ofGoogle = user;
    const googleId = await connectAndSettle();
    begin('microsoft')();
    const ofMicrosoft = user;
    const microsoftId = await connectAndSettle();
    await control('clock', { advance: 'P6DT1H' });
    await control('tick', {});
    await until(() => ofGoogle.calls('open') === 2 && ofGoogle.calls('close') === 1);
    await until(() => stack.microsoft.count('renew', { account: ofMicrosoft.account.email }) === 1);
    for (const [id, owner] of [
      [googleId, ofGoogle],
      [microsoftId, ofMicrosoft],
    ] as const) {
      owner.insert('pushed by the channel', 1);
      await receiver.waitFor((webhook) => update(id)(webhook) && Number(webhook.payload.data.created) > 0);
    }
  });
});
