import { millisOf, type Timestamp } from '../platform/timestamp.ts';
import type { Bot, BotEvent, BotState, HandOff, RemovalReason, RunnerKind } from './bot.ts';

/** Pure changes of a bot. What they return is to be stored in place of what they were given. */

/** A correction of what the runner was told; a bot not handed off yet has none. */
const correct = (handOff: HandOff | undefined, more: Partial<HandOff> = {}): Pick<Bot, 'hand_off'> =>
  handOff ? { hand_off: { ...handOff, failures: undefined, ...more, revision: handOff.revision + 1 } } : {};

export const moveBot = (bot: Bot, to: Partial<Pick<Bot, 'join_at' | 'meeting_url' | 'bot_name'>>): Bot => ({
  ...bot,
  ...to,
  ...correct(bot.hand_off),
});

/** A bot that waits for its calendar to be connected again is not waited with for longer. */
const parkedForMs = 60 * 86_400_000;

/**
 * Takes a bot from sight.
 *
 * @param park keeps what is needed to bring it back
 * @returns null when nothing of it has to stay
 */
export function removeBot(bot: Bot, reason: RemovalReason, at: Timestamp, { park = false } = {}): Bot | null {
  if (!bot.hand_off && !park) return null;
  const expires_at = park ? Math.floor((millisOf(at) + parkedForMs) / 1000) : bot.expires_at;
  return { ...bot, expires_at, removed: { at, reason, parked: park }, ...correct(bot.hand_off, { withdrawn: true }) };
}

/** Hands a scheduled bot over to a runner: stored before the runner is told, so that it is told in any case. */
export const stageBot = (bot: Bot, { id, runner, at }: { id: string; runner: RunnerKind; at: Timestamp }): Bot => ({
  ...enterState(bot, 'staged', { type: 'staged', created_at: at }),
  hand_off: { id, runner, at, revision: 1, told: 0, withdrawn: false },
});

export function enterState(bot: Bot, state: BotState, event: BotEvent): Bot {
  const recording = recordingIn(bot.recording_state, state);
  return { ...bot, state, recording_state: recording, events: [...bot.events, event] };
}

/** What the state of a bot says of its recording. */
function recordingIn(before: string, state: BotState): string {
  if (state === 'joined_recording') return 'in_progress';
  if (state === 'joined_recording_paused') return 'paused';
  const isOver = state === 'ended' || state === 'post_processing';
  return isOver && before !== 'not_started' ? 'complete' : before;
}
