import { meetingKeyOfBot } from '../meeting-links/meeting-key.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { type Bot, isTerminal } from './bot.ts';

/** A runner that takes no hand-off is tried until this long after the bot should have been in its meeting. */
const patienceAfterStartMs = 10 * 60_000;

/** A bot of which nobody has said anything for so long, since it was to join or since the last word, is over. */
const silenceMs = 24 * 3_600_000;

/**
 * When a scheduled bot is handed off: so long before it is to be in the meeting that a runner can get ready. An automatic
 * one that has moved with its event waits for rules to say, which takes a second or two, that no other calendar has given
 * its new meeting a bot; until the start at most.
 */
export const handOffAt = (bot: Pick<Bot, HandOffField>, leadMs: number): Timestamp =>
  timestampOf(millisOf(bot.join_at) - (isUndecided(bot) ? 0 : leadMs));

type HandOffField = 'join_at' | 'meeting_url' | 'automatic' | 'meeting_key';
const isUndecided = (bot: Pick<Bot, HandOffField>): boolean =>
  bot.automatic !== undefined && bot.meeting_key !== meetingKeyOfBot(bot);

/** When it is too late for a runner to take it. */
export const lastCallAt = ({ join_at }: Pick<Bot, 'join_at'>): Timestamp =>
  timestampOf(millisOf(join_at) + patienceAfterStartMs);

/** When a bot that is with its runner is given up for want of news. */
export function silentUntil({ join_at, events }: Pick<Bot, 'join_at' | 'events'>): Timestamp {
  const last = events.at(-1)?.created_at ?? join_at;
  return timestampOf(millisOf(last > join_at ? last : join_at) + silenceMs);
}

/** The timer of a bot as it is now; undefined when nothing more is to be done for it. */
export function botDueAt(bot: Bot, now: Timestamp, leadMs: number): Timestamp | undefined {
  const { hand_off: handOff, removed, state } = bot;
  if (handOff && handOff.told < handOff.revision && (removed || state === 'staged')) {
    return handOff.claim?.until ?? handOff.failures?.retry_at ?? now;
  }
  // Whoever removed it and died before the row was deleted.
  if (removed) return removed.parked ? undefined : removed.at;
  if (state === 'scheduled') return handOffAt(bot, leadMs);
  return isTerminal(bot) ? undefined : silentUntil(bot);
}
