import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { attendeeBotApi } from '../support/attendee-client.ts';
import { startAttendee } from '../support/start-attendee.ts';
import { useStack } from '../support/use-stack.ts';
import { useStarted } from '../support/use-started.ts';
import { waitUntil } from '../support/wait-until.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';

const link = 'https://zoom.us/j/5551112222';
const { meeting_url: _link, join_at: _time, deduplication_key: _key, ...fields } = attendeeBotApi.create.fields;
/** A value of every further field of Attendee's bot API. */
const asked = {
  ...Object.fromEntries(Object.entries(fields).map(([name, [value]]) => [name, value])),
  bot_chat_message: null,
};
const apiKey = 'key-of-the-attendee-server';

const stack = useStack();
const attendee = useStarted(
  () => startAttendee(apiKey, stack.local.now),
  (server) => server.close(),
);

const settings = (json: object) => stack.call('PATCH', '/bot_settings', json);
const soon = (seconds: number): string => new Date(stack.local.now() + seconds * 1000).toISOString();
const ago = (seconds: number): string => soon(-seconds);
const create = async (given: object = {}) => {
  const { status, body } = await stack.call('POST', '/bots', {
    meeting_url: link,
    join_at: soon(90),
    bot_name: 'Recorder',
    ...given,
  });
  expect(status).toBe(201);
  return body;
};
const read = async (id: string) => (await stack.call('GET', `/bots/${id}`)).body;

describe('an Attendee server as the runner', () => {
  beforeEach(async () => {
    attendee.bots.clear();
    attendee.requests.length = 0;
    attendee.faults.length = 0;
    const { status } = await settings({
      runner: 'attendee',
      attendee_base_url: attendee.url,
      attendee_api_key: apiKey,
      attendee_webhook_secret: attendee.secret,
    });
    expect(status).toBe(200);
  });

  const remote = () => [...attendee.bots.values()];

  it('receives the bot and its changes, and its webhooks change the state of the bot', async () => {
    const bot = await create({ join_at: soon(100) });
    await waitUntil(() => remote().length === 1);
    expect(remote()).toMatchObject([{ meeting_url: link, state: 'scheduled', metadata: { kalends_bot_id: bot.id } }]);
    const join_at = soon(110).replace(/\.\d+Z/, 'Z');
    await stack.call('PATCH', `/bots/${bot.id}`, { join_at });
    await waitUntil(() => remote()[0]?.join_at === join_at);

    const { body } = await stack.call('GET', '/bot_settings');
    const push = (webhook: { text: string; signature: string }) =>
      fetch(`${stack.local.url}${body.attendee_webhook_path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-webhook-signature': webhook.signature },
        body: webhook.text,
      });
    const [twin] = remote();
    if (!twin) throw new Error('no bot');
    const joining = attendee.webhook(twin, 'joining', ago(10));
    expect((await push({ ...joining, signature: 'AAAA' })).status).toBe(204);
    expect(await read(bot.id)).toMatchObject({ state: 'staged' });
    expect((await push(joining)).status).toBe(204);
    expect((await push(joining)).status).toBe(204);
    expect(await read(bot.id)).toMatchObject({
      state: 'joining',
      events: [{ type: 'staged' }, { type: 'was_joining' }],
    });
    await push(attendee.webhook(twin, 'ended', ago(5)));
    await push(attendee.webhook(twin, 'joined_recording', ago(7)));
    expect(await read(bot.id)).toMatchObject({ state: 'ended' });
  });

  it('gets no second bot when its answer to the first request was lost', async () => {
    attendee.faults.push('lost');
    await create();
    await waitUntil(() => attendee.requests.includes('PATCH /api/v1/bots/bot_…'), 20_000);
    expect(remote()).toHaveLength(1);
    expect(attendee.requests).toEqual([
      'POST /api/v1/bots',
      'POST /api/v1/bots',
      'GET /api/v1/bots',
      'PATCH /api/v1/bots/bot_…',
    ]);
  });

  it('is asked to delete the bot of an event that is cancelled after the hand-off', async () => {
    const user = stack.simulate('google');
    const uuid = user.insert('planning', 100 / 3600, link);
    const calendar = await stack.connect(user);
    await waitUntil(async () => (await stack.events(calendar)).length === 1);
    const [event] = await stack.events(calendar);
    const { body: bot } = await stack.call('POST', '/bots', { calendar_event_id: event?.id, bot_name: 'a' });
    await waitUntil(() => remote().length === 1);
    user.remove(uuid);
    await waitUntil(() => remote().length === 0);
    expect((await stack.call('GET', `/bots/${bot.id}`)).status).toBe(404);
  });

  it('gets what the user asked for: metadata and settings of the request', async () => {
    const bot = await create({ ...asked, metadata: { tenant: 'a' } });
    await waitUntil(() => remote().length === 1);
    expect(remote()).toMatchObject([{ ...asked, metadata: { tenant: 'a', kalends_bot_id: bot.id } }]);
    await waitUntil(async () => (await read(bot.id)).runner?.bot_id !== null);
    expect((await read(bot.id)).runner).toEqual({ name: 'attendee', bot_id: remote()[0]?.id });
  });

  it('is told when a bot is deleted that waits in the lobby', async () => {
    const bot = await create();
    await waitUntil(() => remote().length === 1);
    const [twin] = remote();
    if (!twin) throw new Error('no bot');
    twin.state = 'waiting_room';
    const webhook = attendee.webhook(twin, 'waiting_room', ago(1));
    const { body } = await stack.call('GET', '/bot_settings');
    await fetch(`${stack.local.url}${body.attendee_webhook_path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-webhook-signature': webhook.signature },
      body: webhook.text,
    });
    expect(await read(bot.id)).toMatchObject({ state: 'waiting_room' });
    expect((await stack.call('DELETE', `/bots/${bot.id}`)).status).toBe(200);
    await waitUntil(() => twin.state === 'leaving');
    expect((await stack.call('GET', `/bots/${bot.id}`)).status).toBe(404);
  });

  it('may sign something that is no JSON', async () => {
    const { body } = await stack.call('GET', '/bot_settings');
    const text = '{"trigger": broken';
    const signature = createHmac('sha256', Buffer.from(attendee.secret, 'base64')).update(text).digest('base64');
    const answer = await fetch(`${stack.local.url}${body.attendee_webhook_path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-webhook-signature': signature },
      body: text,
    });
    expect(answer.status).toBe(204);
  });

  it('gets the request again when it refuses it with 503 or 429', async () => {
    attendee.faults.push(503, 429);
    const { id } = await create();
    await waitUntil(() => remote().length === 1, 20_000);
    expect(await read(id)).toMatchObject({ state: 'staged' });
  });
});

describe('a webhook endpoint as the runner', () => {
  it('receives signed hand-offs, and the same hand-off again when it fails', async () => {
    const receiver = await startWebhookReceiver();
    const { body: webhook } = await stack.call('POST', '/webhooks', { url: receiver.url, triggers: ['bot.due'] });
    await settings({ runner: 'webhook' });
    receiver.answers.push(500);
    const bot = await create({ ...asked, metadata: { tenant: 'a' } });
    await waitUntil(() => receiver.received.length === 2, 20_000);
    const bodies = receiver.received.map(({ body }) => JSON.parse(body));
    expect(bodies[1]).toEqual(bodies[0]);
    expect(bodies[0]).toMatchObject({
      trigger: 'bot.due',
      bot_id: bot.id,
      calendar_id: null,
      bot_metadata: { tenant: 'a' },
      data: {
        action: 'start',
        revision: 1,
        meeting_url: link,
        meeting_platform: 'zoom',
      },
    });
    const { bot_name, metadata: _metadata, ...further } = asked as Record<string, unknown>;
    expect(bodies[0].data).toMatchObject({ bot_name });
    expect(bodies[0].data.settings).toEqual(further);
    expect(webhook.secret).toMatch(/^whsec_/);
    await receiver.close();
  });
});
