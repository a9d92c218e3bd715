import { describe, expect, it } from 'vitest';
import { botsPath, meetingLink, type ShownBot, useBotApi } from '../../support/bot-api.ts';

const keyTaken =
  'Deduplication key already in use. A bot in a non-terminal state with this deduplication key already exists. Please use a different deduplication key or wait for that bot to terminate.';

const bots = useBotApi();

describe('creating a bot', () => {
  it('for an event takes meeting URL and join time from the event', async () => {
    const id = await bots.seedEvent();
    const { status, body } = await bots.post({ calendar_event_id: id, bot_name: 'Recorder', metadata: { a: 'b' } });
    expect(status).toBe(201);
    const event = (
      await bots.api.call<{ start_time: string; bots: ShownBot[] }>('GET', `/api/v1/calendar_events/${id}`)
    ).body;
    expect(body).toMatchObject({
      id: expect.stringMatching(/^bot_[A-Za-z0-9]{16}$/),
      metadata: { a: 'b' },
      meeting_url: meetingLink,
      state: 'scheduled',
      events: [],
      transcription_state: 'not_started',
      recording_state: 'not_started',
      join_at: event.start_time,
      deduplication_key: null,
    });
    expect(event.bots).toEqual([body]);
    const listed = await bots.api.call<{ results: { bots: ShownBot[] }[] }>(
      'GET',
      `/api/v1/calendar_events?event_id=${id}`,
    );
    expect(listed.body.results[0]?.bots).toEqual([body]);
    expect((await bots.api.call('GET', `${botsPath}/${body.id}`)).body).toEqual(body);
  });

  it('without an event takes the given meeting URL and join time', async () => {
    const join_at = bots.inHours(5);
    expect(await bots.create({ join_at, deduplication_key: 'plain' })).toMatchObject({
      meeting_url: meetingLink,
      metadata: null,
      join_at: join_at.replace(/\.(\d{3})Z/, '.$1000Z').replace('.000000Z', 'Z'),
      deduplication_key: 'plain',
    });
  });

  it('without a join time joins now', async () => {
    const before = bots.inHours(0);
    const bot = await bots.create({ join_at: undefined });
    expect(Date.parse(String(bot.join_at))).toBeGreaterThanOrEqual(Date.parse(before));
    expect(Date.parse(String(bot.join_at))).toBeLessThanOrEqual(Date.parse(bots.inHours(0)));
  });

  it('stores the link unwrapped and without a login token, and is found by it in both spellings', async () => {
    const wrapped =
      'https://www.google.com/url?q=https%3A%2F%2Fzoom.us%2Fj%2F5551110000%3Fpwd%3DaB.1%26zak%3DHOST&sa=D';
    const bot = await bots.create({ meeting_url: wrapped });
    expect(bot.meeting_url).toBe('https://zoom.us/j/5551110000?pwd=aB.1');
    for (const spelling of [wrapped, String(bot.meeting_url)]) {
      expect((await bots.list(`meeting_url=${encodeURIComponent(spelling)}`)).results).toEqual([bot]);
    }
  });

  it.each([
    'https://jane:secret@zoom.us/j/5551110000',
    'https://127.0.0.1/meeting',
    'https://[::1]/meeting',
    'https://2130706433/meeting',
    'https://meet.internal/room',
    'http://169.254.169.254/latest/meta-data',
    'https://zoom.us/pricing',
    'https://zoom.us/j/',
    'https://zoom.us/j/123-456',
    'https://meet.google.com/',
    'https://teams.microsoft.com/l/meetup-join/19%3ameeting_cut',
  ])('refuses %s', async (meeting_url) => {
    const { status, body } = await bots.post({ bot_name: 'Recorder', meeting_url, join_at: bots.inHours(1) });
    expect({ status, body }).toEqual({ status: 400, body: { meeting_url: ['Invalid meeting URL'] } });
  });

  it.each(['bot_image', 'voice_agent_settings', 'debug_settings', 'webhooks'])('takes the field %s', async (name) => {
    for (const value of [{ any: [1, 'thing', null] }, 'text', true, null]) {
      expect(await bots.create({ [name]: value })).toMatchObject({ state: 'scheduled', runner: null });
    }
  });

  it('refuses settings of more than 32 kB together', async () => {
    const large = { recording_settings: 'x'.repeat(20_000), zoom_settings: 'y'.repeat(20_000) };
    const { status, body } = await bots.post({ bot_name: 'a', meeting_url: meetingLink, ...large });
    expect({ status, body }).toEqual({
      status: 400,
      body: {
        non_field_errors: ['recording_settings, zoom_settings must not have more than 32768 bytes together.'],
      },
    });
  });

  it('names every missing field', async () => {
    const required = ['This field is required.'];
    expect((await bots.post({})).body).toEqual({ bot_name: required });
    expect((await bots.post({ bot_name: 'a' })).body).toEqual({ meeting_url: required });
    expect((await bots.post({ bot_name: '', metadata: {}, meeting_url: 'meet', join_at: 'soon' })).body).toEqual({
      bot_name: ['This field may not be blank.'],
      metadata: ['Metadata must have at least one key'],
      meeting_url: ['Enter a valid URL.'],
      join_at: ['Invalid join_at format. Use ISO 8601 format (e.g., 2025-01-13T10:30:00Z)'],
    });
    expect(
      (await bots.post({ bot_name: 'a', meeting_url: meetingLink, join_at: bots.inHours(1), voice: 'loud' })).body,
    ).toEqual({
      non_field_errors: [
        'Unexpected field(s): voice. Allowed fields are: automatic_leave_settings, bot_chat_message, bot_image, bot_name, calendar_event_id, callback_settings, debug_settings, deduplication_key, external_media_storage_settings, google_meet_settings, join_at, meeting_url, metadata, recording_settings, rtmp_settings, teams_settings, transcription_settings, voice_agent_settings, webhooks, websocket_settings, zoom_settings',
      ],
    });
  });

  const expectRefusal = async (given: object, answer: object) => {
    const { status, body } = await bots.post({ bot_name: 'Recorder', ...given });
    expect({ status, body }).toEqual({ status: 400, body: answer });
  };

  it('for an unknown event or an event of another project is refused', async () => {
    await expectRefusal(
      { calendar_event_id: 'evt_x' },
      { error: 'Calendar event with id evt_x does not exist in this project.' },
    );
    const id = await bots.seedEvent();
    const foreign = await bots.api.call('POST', botsPath, {
      json: { bot_name: 'a', calendar_event_id: id },
      apiKey: bots.other.apiKey,
    });
    expect(foreign.body).toEqual({ error: `Calendar event with id ${id} does not exist in this project.` });
  });

  it('with an event and also a meeting URL or join time is refused', async () => {
    const calendar_event_id = await bots.seedEvent();
    await expectRefusal(
      { calendar_event_id, meeting_url: meetingLink },
      {
        error:
          'meeting_url should not be provided when calendar_event_id is specified. The meeting URL will be taken from the calendar event.',
      },
    );
    await expectRefusal(
      { calendar_event_id, join_at: bots.inHours(1) },
      {
        error:
          'join_at should not be provided when calendar_event_id is specified. The join time will be taken from the calendar event.',
      },
    );
  });

  it('for an event without a link, in the past or deleted is refused', async () => {
    await expectRefusal(
      { calendar_event_id: await bots.seedEvent({ meeting_url: null }) },
      { meeting_url: ['This field may not be null.'] },
    );
    await expectRefusal(
      { calendar_event_id: await bots.seedEvent({ hours: -0.1 }) },
      { join_at: ['join_at cannot be in the past'] },
    );
    const deleted = await bots.seedEvent({ is_deleted: true });
    await expectRefusal({ calendar_event_id: deleted }, { error: `Calendar event with id ${deleted} is deleted.` });
    await expectRefusal(
      { meeting_url: meetingLink, join_at: bots.inHours(-1) },
      { join_at: ['join_at cannot be in the past'] },
    );
  });

  it('is refused for the twenty-first bot of an event', async () => {
    const calendar_event_id = await bots.seedEvent();
    for (let made = 0; made < 20; made += 1) {
      expect((await bots.post({ calendar_event_id, bot_name: 'a' })).status).toBe(201);
    }
    await expectRefusal({ calendar_event_id }, { error: 'A calendar event can have at most 20 bots.' });
  });

  it('happens once for each Idempotency-Key', async () => {
    const json = { meeting_url: meetingLink, join_at: bots.inHours(3), bot_name: 'once' };
    const headers = { 'idempotency-key': 'bot-once' };
    const [first, second] = [
      await bots.api.call<ShownBot>('POST', botsPath, { json, headers }),
      await bots.api.call<ShownBot>('POST', botsPath, { json, headers }),
    ];
    expect(second.body.id).toBe(first.body.id);
  });
});

describe('the deduplication key of a bot', () => {
  it('is taken by one bot of many created at once, and is free again after the deletion', async () => {
    const wanted = Array.from({ length: 8 }, () =>
      bots.post({ meeting_url: meetingLink, join_at: bots.inHours(3), bot_name: 'a', deduplication_key: 'raced' }),
    );
    const answers = await Promise.all(wanted);
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    for (const { status, body, headers } of answers.filter((answer) => answer !== made[0])) {
      expect({ status, body }).toEqual({ status: 400, body: { error: keyTaken } });
      expect(headers.get('x-existing-id')).toBe(made[0]?.body.id);
    }
    expect((await bots.api.call('DELETE', `${botsPath}/${made[0]?.body.id}`)).status).toBe(200);
    expect((await bots.create({ deduplication_key: 'raced' })).deduplication_key).toBe('raced');
  });

  it('can be used in another project at the same time', async () => {
    await bots.create({ deduplication_key: 'shared' });
    const json = { meeting_url: meetingLink, join_at: bots.inHours(3), bot_name: 'a', deduplication_key: 'shared' };
    expect((await bots.api.call('POST', botsPath, { json, apiKey: bots.other.apiKey })).status).toBe(201);
  });
});
