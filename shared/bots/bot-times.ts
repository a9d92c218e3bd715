import { meetingKey } from '../meeting-links/meeting-key.ts';
import { botTimingMs } from '../platform/bot-timing.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { type Bot, isTerminal, isUndelivered } from './bot.ts';

/**
 * When a scheduled bot is handed off: as early as its runner needs to get ready. A bot that rules created and that has
 * moved with its event waits until rules have decided its new meeting, because another calendar may have a bot there.
 * That takes a second or two; the bot waits until the start at most.
 */
export const handOffAt = (bot: Pick<Bot, HandOffField>, leadMs: number): Timestamp =>
  timestampOf(millisOf(bot.join_at) - (isUndecided(bot) ? 0 : leadMs));

type HandOffField = 'join_at' | 'meeting_url' | 'automatic' | 'meeting_keys';
const isUndecided = (bot: Pick<Bot, HandOffField>): boolean =>
  bot.automatic !== undefined && !bot.meeting_keys?.includes(meetingKey(bot.meeting_url, bot.join_at));

/** The time after which a hand-off is given up that no runner has accepted; after a removal, its withdrawal. */
export const lastCallAt = ({ join_at, removed }: Pick<Bot, 'join_at' | 'removed'>): Timestamp =>
  timestampOf(millisOf(removed && removed.at > join_at ? removed.at : join_at) + botTimingMs.lastCallAfterStart);

/** The time after which a bot is ended whose runner has reported nothing since its start, or since its last event. */
export function silentUntil({ join_at, events }: Pick<Bot, 'join_at' | 'events'>): Timestamp {
  const last = events.at(-1)?.created_at ?? join_at;
  return timestampOf(millisOf(last > join_at ? last : join_at) + botTimingMs.runnerSilence);
}

/** The timer of a bot in this state; undefined when nothing is left to do for it. */
export function botDueAt(bot: Bot, now: Timestamp, leadMs: number): Timestamp | undefined {
  const { hand_off: handOff, removed, state } = bot;
  if (handOff && isUndelivered(handOff) && (removed || state === 'staged' || handOff.withdrawn)) {
    return handOff.lease?.until ?? handOff.failures?.retry_at ?? now;
  }
  // Due at once: its row is deleted as soon as nothing needs it.
  if (removed) return removed.parked ? undefined : removed.at;
  if (state === 'scheduled') return handOffAt(bot, leadMs);
  return isTerminal(bot) ? undefined : silentUntil(bot);
}

/** The bot with its timer. */
export const withTimer = (bot: Bot, now: Timestamp, leadMs: number): Bot => ({
  ...bot,
  due_at: botDueAt(bot, now, leadMs),
});
