import type { Bot, HandOff } from '../../../shared/bots/bot.ts';
import { scheduleBot } from '../../../shared/bots/schedule-bot.ts';
import { type Timestamp, timestampOf } from '../../../shared/platform/timestamp.ts';

const start = Date.parse('2035-01-01T10:00:00Z');

/** So many seconds after the start of the bot's meeting. */
export const afterStart = (seconds: number): Timestamp => timestampOf(start + seconds * 1000);

/** A scheduled bot that follows an event. */
export const createBotValue = (given: Partial<Bot> = {}): Bot => ({
  ...scheduleBot(
    { id: 'bot_1', projectId: 'proj_1', at: afterStart(-3600) },
    {
      calendar_id: 'cal_1',
      calendar_event_id: 'evt_1',
      meeting_url: 'https://zoom.us/j/123456789',
      join_at: afterStart(0),
    },
    { bot_name: 'Notes' },
  ),
  ...given,
});

export const createHandOff = (given: Partial<HandOff> = {}): HandOff => ({
  id: 'b5d9a6f5-6c0f-4f4b-9a32-0d0f4c3f7a11',
  runner: 'webhook',
  at: afterStart(-120),
  revision: 1,
  delivered_revision: 0,
  withdrawn: false,
  ...given,
});

/** A bot that was handed off. */
export const createStagedBot = (handOff: Partial<HandOff> = {}, given: Partial<Bot> = {}): Bot =>
  createBotValue({ state: 'staged', hand_off: createHandOff(handOff), ...given });
