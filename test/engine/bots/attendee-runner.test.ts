import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bot, HandOff } from '../../../shared/bots/bot.ts';
import { botDue } from '../../../shared/bots/bot-notifications.ts';
import { defaultBotSettings } from '../../../shared/bots/bot-settings.ts';
import { createAttendeeRunner } from '../../../shared/bots/runners/attendee-runner.ts';
import { type BotRequest, scheduleBot } from '../../../shared/bots/schedule-bot.ts';
import { formatTimestamp, type Timestamp, timestampOf } from '../../../shared/platform/timestamp.ts';
import { createSafeRequest } from '../../../shared/webhooks/egress/request-safely.ts';
import { someSettings } from '../../support/attendee-settings.ts';
import { type RemoteBot, startAttendee } from '../../support/start-attendee.ts';

const apiKey = 'key-of-the-attendee-server';
const zoom = 'https://zoom.us/j/5551112222';
const zoomOtherwise = 'https://us02web.zoom.us/j/5551112222?pwd=abc';
const meet = 'https://meet.google.com/abc-defg-hij';

let now = Date.parse('2035-01-01T10:00:00Z');
const inSeconds = (seconds: number): Timestamp => timestampOf(now + seconds * 1000);

let server: Awaited<ReturnType<typeof startAttendee>>;
beforeAll(async () => {
  server = await startAttendee(apiKey, () => now);
});
beforeEach(() => {
  server.bots.clear();
  server.requests.length = 0;
  server.faults.length = 0;
});
afterAll(() => server?.close());

const runner = createAttendeeRunner({
  request: createSafeRequest(
    {
      allowLoopback: true,
      ports: [],
      timeoutMs: 2000,
      resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    },
    { bytes: 10_000, characters: 10_000 },
  ),
  envelope: { open: (_context, sealed) => Promise.resolve(sealed.slice('v1.'.length)) },
  userAgent: 'Kalends/test',
  clock: { now: () => now, stamp: () => timestampOf(now) },
});

const request: BotRequest = { bot_name: 'Recorder' };
const handOff: HandOff = {
  id: 'b5d9a6f5-6c0f-4f4b-9a32-0d0f4c3f7a11',
  runner: 'attendee',
  at: timestampOf(now),
  revision: 1,
  delivered_revision: 0,
  withdrawn: false,
};

/** Nothing ends the calls. */
const ended = new AbortController().signal;

/** Dispatches a bot to the runner. @returns the bot's id at the server */
async function dispatch(given: Partial<Bot>, order: Partial<HandOff> = {}): Promise<string | undefined> {
  const meeting = { calendar_id: null, calendar_event_id: null, meeting_url: zoom, join_at: inSeconds(120) };
  const at = timestampOf(now);
  const bot = { ...scheduleBot({ id: 'bot_1', projectId: 'proj_1', at }, meeting, request), ...given };
  const all = { ...handOff, ...order };
  const attendee = { base_url: server.url, api_key: `v1.${apiKey}` as const, webhook_secret: null };
  const settings = { ...defaultBotSettings, attendee };
  return (await runner.dispatch({ bot, handOff: all, notification: botDue(bot, all, null), settings }, ended)).remoteId;
}
const only = (): RemoteBot => {
  const [bot, ...others] = server.bots.values();
  if (!bot || others.length > 0) throw new Error(`${others.length} bots`);
  return bot;
};

describe('a bot at an Attendee server', () => {
  it('gets name, link and time with every correction', async () => {
    const remote_id = await dispatch({});
    await dispatch(
      { bot_name: 'Other', meeting_url: meet, join_at: inSeconds(600) },
      { revision: 2, delivered_revision: 1, remote_id },
    );
    expect(only()).toMatchObject({
      bot_name: 'Other',
      meeting_url: meet,
      join_at: formatTimestamp(inSeconds(600)),
      deduplication_key: handOff.id,
    });
  });

  it('is created with every setting of its user, unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(someSettings, async (settings) => {
        server.bots.clear();
        await dispatch({ settings, metadata: { tenant: 'a' } });
        expect(only()).toMatchObject({ metadata: { tenant: 'a', kalends_hand_off_id: handOff.id } });
        const { id: _id, state: _state, deduplication_key: _key, metadata: _metadata, ...created } = only();
        const { meeting_url: _url, join_at: _at, bot_name: _name, ...further } = created;
        expect(further).toEqual(JSON.parse(JSON.stringify(settings)));
      }),
    );
  });

  it('gets the metadata and settings that its server lets be changed with every correction', async () => {
    const remote_id = await dispatch({ settings: { zoom_settings: { sdk: 'web' }, recording_settings: null } });
    const settings = {
      bot_image: { type: 'image/png', data: 'AAAA' },
      recording_settings: { format: 'mp3' },
      zoom_settings: { sdk: 'native' },
      webhooks: [],
    };
    const changed = { settings, metadata: { tenant: 'b' } };
    await dispatch(changed, { revision: 2, delivered_revision: 1, remote_id });
    expect(only()).toMatchObject({
      bot_image: settings.bot_image,
      recording_settings: settings.recording_settings,
      zoom_settings: { sdk: 'web' },
      metadata: { tenant: 'b', kalends_bot_id: 'bot_1', kalends_hand_off_id: handOff.id },
    });
    expect(only()).not.toHaveProperty('webhooks');
    const cleared = { settings: { bot_image: null, recording_settings: null } };
    await dispatch(cleared, { revision: 3, delivered_revision: 2, remote_id });
    expect(only()).toMatchObject({ bot_image: settings.bot_image, recording_settings: { format: 'mp3' } });
  });

  it('joins at once when it is moved from another day to now', async () => {
    const remote_id = await dispatch({ join_at: inSeconds(3 * 86_400) });
    await dispatch({ join_at: inSeconds(0) }, { revision: 2, delivered_revision: 1, remote_id });
    const joinAt = Date.parse(only().join_at ?? '');
    expect(joinAt - now).toBeGreaterThan(0);
    expect(joinAt - now).toBeLessThanOrEqual(15_000);
  });

  it('that has joined at once is found again when the answer was lost', async () => {
    server.faults.push('lost');
    await expect(dispatch({ join_at: inSeconds(0) })).rejects.toThrow('attendee_');
    now += 5_000;
    expect(await dispatch({ join_at: inSeconds(-5) })).toBe(only().id);
    expect(only().state).toBe('joining');
  });

  it('that is joining the same meeting by another link stays as it is', async () => {
    const remote_id = await dispatch({ join_at: inSeconds(120) });
    only().state = 'joining';
    expect(
      await dispatch(
        { meeting_url: zoomOtherwise, join_at: inSeconds(120) },
        { revision: 2, delivered_revision: 1, remote_id },
      ),
    ).toBe(remote_id);
  });

  it('that is joining another meeting cannot be corrected, and the dispatch fails', async () => {
    const remote_id = await dispatch({});
    only().state = 'joining';
    const correction = { revision: 2, delivered_revision: 1, remote_id };
    await expect(dispatch({ meeting_url: meet }, correction)).rejects.toThrow('attendee_answered_400');
    await expect(dispatch({ join_at: inSeconds(3600) }, correction)).rejects.toThrow('attendee_answered_400');
  });

  it('that has ended is created again for a meeting that was postponed', async () => {
    const remote_id = await dispatch({});
    only().state = 'ended';
    const next = await dispatch({ join_at: inSeconds(3600) }, { revision: 2, delivered_revision: 1, remote_id });
    expect(next).not.toBe(remote_id);
    expect(server.bots.get(next ?? '')).toMatchObject({ state: 'scheduled' });
    // Of two bots with the same key, the one that has not ended is cancelled.
    await dispatch({ join_at: inSeconds(3600) }, { revision: 3, delivered_revision: 2, withdrawn: true });
    expect([...server.bots.keys()]).toEqual([remote_id]);
  });
});
