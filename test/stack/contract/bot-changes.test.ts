import { describe, expect, it } from 'vitest';
import { botsPath, meetingLink, type ShownBot, useBotApi } from '../../support/bot-api.ts';
import { waitUntil } from '../../support/wait-until.ts';

const absent = { error: 'Bot not found' };

const bots = useBotApi();

describe('changing a bot', () => {
  const patch = (id: string, json: object) => bots.api.call<ShownBot>('PATCH', `${botsPath}/${id}`, { json });

  it('without an event can change its name, metadata, meeting URL and join time', async () => {
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

  it('of an event refuses another meeting URL or join time', async () => {
    const { body: bot } = await bots.post({ calendar_event_id: await bots.seedEvent(), bot_name: 'a' });
    for (const json of [{ meeting_url: meetingLink }, { join_at: bots.inHours(1) }]) {
      expect(await patch(bot.id, json)).toMatchObject({ status: 400, body: { error: expect.any(String) } });
    }
    expect(await patch(bot.id, { bot_name: 'b', metadata: { a: 'b' } })).toMatchObject({
      status: 200,
      body: { bot_name: 'b', metadata: { a: 'b' }, join_at: bot.join_at },
    });
  });

  it('refuses unknown fields, and answers 404 for an unknown bot first', async () => {
    const { id } = await bots.create();
    expect((await patch(id, { state: 'ended' })).body).toEqual({
      non_field_errors: [
        'Unexpected field(s): state. Allowed fields are: automatic_leave_settings, bot_chat_message, bot_image, bot_name, callback_settings, debug_settings, external_media_storage_settings, google_meet_settings, join_at, meeting_url, metadata, recording_settings, rtmp_settings, teams_settings, transcription_settings, voice_agent_settings, webhooks, websocket_settings, zoom_settings',
      ],
    });
    expect(await patch('bot_x', { state: 'ended' })).toMatchObject({ status: 404, body: absent });
  });
});

describe('deleting a bot', () => {
  it('answers with an empty body and removes the bot', async () => {
    const calendar_event_id = await bots.seedEvent();
    const { body: bot } = await bots.post({ calendar_event_id, bot_name: 'a' });
    expect(await bots.api.call('DELETE', `${botsPath}/${bot.id}`)).toMatchObject({ status: 200, text: '' });
    expect(await bots.api.call('GET', `${botsPath}/${bot.id}`)).toMatchObject({ status: 404, body: absent });
    expect(await bots.api.call('DELETE', `${botsPath}/${bot.id}`)).toMatchObject({ status: 404, body: absent });
    expect(
      (await bots.api.call<{ bots: ShownBot[] }>('GET', `/api/v1/calendar_events/${calendar_event_id}`)).body.bots,
    ).toEqual([]);
  });

  it('works until it has joined, and is then refused', async () => {
    const { id } = await bots.create({ join_at: bots.inHours(0.02) });
    const read = async () => (await bots.api.call<ShownBot>('GET', `${botsPath}/${id}`)).body;
    await waitUntil(async () => (await read()).state === 'staged');
    expect((await read()).runner).toEqual({ name: 'eventbridge', bot_id: null });
    expect((await read()).events).toEqual([{ type: 'staged', created_at: expect.any(String) }]);
    const report = (json: object) => bots.api.call<ShownBot>('POST', `${botsPath}/${id}/state`, { json });
    expect(await report({ state: 'joining' })).toMatchObject({ status: 200, body: { state: 'joining' } });
    expect(await report({ state: 'scheduled' })).toMatchObject({
      status: 400,
      body: { state: ['"scheduled" is not a valid choice.'] },
    });
    expect(await report({ state: 'joined_recording' })).toMatchObject({ status: 200 });
    expect(await bots.api.call('DELETE', `${botsPath}/${id}`)).toMatchObject({
      status: 400,
      body: { error: 'Bot is in state joined_recording but can only be deleted when in scheduled state' },
    });
    expect((await report({ state: 'fatal_error', sub_type: 'kicked' })).body).toMatchObject({
      state: 'fatal_error',
      events: [
        { type: 'staged' },
        { type: 'joining' },
        { type: 'joined_recording' },
        { type: 'fatal_error', sub_type: 'kicked' },
      ],
    });
  });
});

describe('deleting a bot that is on its way', () => {
  it('removes it', async () => {
    const { id } = await bots.create({ join_at: bots.inHours(0.02) });
    const read = () => bots.api.call<ShownBot>('GET', `${botsPath}/${id}`);
    await waitUntil(async () => (await read()).body.state === 'staged');
    await bots.api.call('POST', `${botsPath}/${id}/state`, { json: { state: 'waiting_room' } });
    expect(await bots.api.call('DELETE', `${botsPath}/${id}`)).toMatchObject({ status: 200, text: '' });
    expect((await read()).status).toBe(404);
  });
});

describe('reporting the state of a bot', () => {
  it('is refused before the hand-off', async () => {
    const { id } = await bots.create();
    expect(await bots.api.call('POST', `${botsPath}/${id}/state`, { json: { state: 'ended' } })).toMatchObject({
      status: 400,
    });
  });
});
