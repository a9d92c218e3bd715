import { botTimingMs } from '../platform/bot-timing.ts';
import { millisOf, type Timestamp } from '../platform/timestamp.ts';
import {
  type Bot,
  type BotEvent,
  type BotState,
  type HandOff,
  isUndelivered,
  type RemovalReason,
  type RunnerKind,
} from './bot.ts';

/** Pure changes of a bot: each returns the bot to be stored in place of the given one. */

/** A new revision of the hand-off. A bot that was not handed off has nothing to correct, and so has a withdrawn hand-off. */
const correct = (handOff: HandOff | undefined, more: Partial<HandOff> = {}): Pick<Bot, 'hand_off'> =>
  handOff && !handOff.withdrawn
    ? { hand_off: { ...handOff, failures: undefined, ...more, revision: handOff.revision + 1 } }
    : {};

/**
 * Changes what a bot does: link, time, name, metadata, settings. A staged bot whose new time is not near yet is scheduled again:
 * its hand-off is withdrawn, and it gets another one at its new time.
 *
 * @param leadMs how long before `join_at` a bot is handed off
 */
export function moveBot(
  bot: Bot,
  to: Partial<Pick<Bot, 'join_at' | 'meeting_url' | 'bot_name' | 'metadata' | 'settings'>>,
  { now, leadMs }: { now: Timestamp; leadMs: number },
): Bot {
  const isFar = to.join_at !== undefined && millisOf(to.join_at) - leadMs > millisOf(now);
  if (bot.state !== 'staged' || !isFar) return { ...bot, ...to, ...correct(bot.hand_off) };
  const event: BotEvent = { type: 'scheduled', created_at: now };
  return { ...enterState(bot, 'scheduled', event), ...to, ...correct(bot.hand_off, { withdrawn: true }) };
}

/**
 * Removes a bot before its meeting and withdraws its hand-off.
 *
 * @param park keeps the bot so that a reconnect can restore it
 * @returns null when its row can be deleted at once
 */
export function removeBot(bot: Bot, reason: RemovalReason, at: Timestamp, { park = false } = {}): Bot | null {
  const isUnknownToRunner = !bot.hand_off || (bot.hand_off.withdrawn && !isUndelivered(bot.hand_off));
  if (isUnknownToRunner && !park) return null;
  const expires_at = park ? Math.floor((millisOf(at) + botTimingMs.parkedBot) / 1000) : bot.expires_at;
  return { ...bot, expires_at, removed: { at, reason, parked: park }, ...correct(bot.hand_off, { withdrawn: true }) };
}

/** Restores a parked bot for its event as it is now. */
export function restoreBot(bot: Bot, event: { start_time: Timestamp; meeting_url: string }): Bot {
  const { removed: _removed, expires_at: _expiresAt, ...rest } = bot;
  return { ...rest, join_at: event.start_time, meeting_url: event.meeting_url };
}

/** Hands a scheduled bot off. This is stored before the dispatch, so that every later worker dispatches it, too. */
export const stageBot = (bot: Bot, { id, runner, at }: { id: string; runner: RunnerKind; at: Timestamp }): Bot => ({
  ...enterState(bot, 'staged', { type: 'staged', created_at: at }),
  hand_off: { id, runner, at, revision: 1, delivered_revision: 0, withdrawn: false },
});

export function enterState(bot: Bot, state: BotState, event: BotEvent): Bot {
  const recording = recordingIn(bot.recording_state, state);
  return { ...bot, state, recording_state: recording, events: [...bot.events, event] };
}

/** The recording state that follows from the state of a bot. */
function recordingIn(before: string, state: BotState): string {
  if (state === 'joined_recording') return 'in_progress';
  if (state === 'joined_recording_paused') return 'paused';
  const isOver = state === 'ended' || state === 'post_processing';
  return isOver && before !== 'not_started' ? 'complete' : before;
}
