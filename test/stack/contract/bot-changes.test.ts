import { describe, expect, it } from 'vitest';
import { botsPath, meetingLink, type ShownBot, useBotApi } from '../../support/bot-api.ts';
import { waitUntil } from '../../support/wait-until.ts';

const absent = { error: 'Bot not found' };

const bots = useBotApi();

describe('changing a bot', () => {
  const patch = (id: string, json: object) => bots.api.call<ShownBot>('PATCH', `${botsPath}/${id}`, { json });

  it('without an event changes all it may', async () => {
    const { id } = await bots.create();
    const changed = {
      metadata: { x: 'y' },
      bot_name: 'Scribe',
      meeting_url: `${meetingLink}1`,
      join_at: '2036-01-01T00:00:00Z',
    };
    expect(await patch(id, changed)).toMatchObject({ status: 200, body: changed });
    expect((await bots.api.call('GET', `${botsPath}/${id}`)).body).toMatchObject(changed);
    expect((await patch(id, { join_at: bots.inHours(-1) })).body).toEqual({
      join_at: ['join_at cannot be in the past'],
    });
  });

  it('of an event leaves meetingLink and time to that', async () => {
    const { body: bot } = await bots.post({ calendar_event_id: await bots.seedEvent(), bot_name: 'a' });
    for (const json of [{ meeting_url: meetingLink }, { join_at: bots.inHours(1) }]) {
      expect(await patch(bot.id, json)).toMatchObject({ status: 400, body: { error: expect.any(String) } });
    }
    expect(await patch(bot.id, { bot_name: 'b', metadata: { a: 'b' } })).toMatchObject({
      status: 200,
      body: { bot_name: 'b', metadata: { a: 'b' }, join_at: bot.join_at },
    });
  });

  it('refuses what is no field of it, and looks for the bot first', async () => {
    const { id } = await bots.create();
    expect((await patch(id, { state: 'ended' })).body).toEqual({
      non_field_errors: ['Unexpected field(s): state. Allowed fields are: bot_name, join_at, meeting_url, metadata'],
    });
    expect(await patch('bot_x', { state: 'ended' })).toMatchObject({ status: 404, body: absent });
  });
});

describe('deleting a bot', () => {
  it('answers nothing, and the bot is gone', async () => {
    const calendar_event_id = await bots.seedEvent();
    const { body: bot } = await bots.post({ calendar_event_id, bot_name: 'a' });
    expect(await bots.api.call('DELETE', `${botsPath}/${bot.id}`)).toMatchObject({ status: 200, text: '' });
    expect(await bots.api.call('GET', `${botsPath}/${bot.id}`)).toMatchObject({ status: 404, body: absent });
    expect(await bots.api.call('DELETE', `${botsPath}/${bot.id}`)).toMatchObject({ status: 404, body: absent });
    expect(
      (await bots.api.call<{ bots: ShownBot[] }>('GET', `/api/v1/calendar_events/${calendar_event_id}`)).body.bots,
    ).toEqual([]);
  });

  it('is refused once the bot was handed off, whose runner says what becomes of it', async () => {
    const { id } = await bots.create({ join_at: bots.inHours(0.02) });
    const read = async () => (await bots.api.call<ShownBot>('GET', `${botsPath}/${id}`)).body;
    await waitUntil(async () => (await read()).state === 'staged');
    expect(await bots.api.call('DELETE', `${botsPath}/${id}`)).toMatchObject({
      status: 400,
      body: { error: 'Bot is in state staged but can only be deleted when in scheduled state' },
    });
    expect((await read()).events).toEqual([{ type: 'staged', created_at: expect.any(String) }]);
    const report = (json: object) => bots.api.call<ShownBot>('POST', `${botsPath}/${id}/state`, { json });
    expect(await report({ state: 'joining' })).toMatchObject({ status: 200, body: { state: 'joining' } });
    expect(await report({ state: 'scheduled' })).toMatchObject({
      status: 400,
      body: { state: ['"scheduled" is not a valid choice.'] },
    });
    expect((await report({ state: 'fatal_error', sub_type: 'kicked' })).body).toMatchObject({
      state: 'fatal_error',
      events: [{ type: 'staged' }, { type: 'joining' }, { type: 'fatal_error', sub_type: 'kicked' }],
    });
  });

  it('knows no state of a bot that was not handed off', async () => {
    const { id } = await bots.create();
    expect(await bots.api.call('POST', `${botsPath}/${id}/state`, { json: { state: 'ended' } })).toMatchObject({
      status: 400,
    });
  });
});
