import type { Timestamp } from '../platform/timestamp.ts';
import { type Bot, isTerminal, isUndelivered } from './bot.ts';
import { handOffAt, lastCallAt, silentUntil } from './bot-times.ts';

/** The next step for a bot. */
export type BotStep =
  /** Nothing, until the bot is changed again. */
  | { kind: 'idle' }
  | { kind: 'wait'; until: Timestamp }
  | { kind: 'hand_off' }
  /** The runner does not have the latest revision yet. */
  | { kind: 'dispatch' }
  /** Too late: no runner has accepted the hand-off. */
  | { kind: 'give_up'; reason: string }
  /** The runner has reported nothing for too long. */
  | { kind: 'end' }
  /** Delete the row: nothing needs it any more. */
  | { kind: 'forget' };

/** @param leadMs how long before `join_at` a bot is handed off */
export function nextBotStep(bot: Bot, now: Timestamp, leadMs: number): BotStep {
  const { hand_off: handOff, removed, state } = bot;
  const waiting = (until: Timestamp, then: BotStep): BotStep => (until > now ? { kind: 'wait', until } : then);
  if (handOff && isUndelivered(handOff) && (removed || state === 'staged' || handOff.withdrawn)) {
    if (handOff.lease && handOff.lease.until > now) return { kind: 'wait', until: handOff.lease.until };
    if (!removed && state === 'scheduled') {
      // The runner has not accepted the withdrawal of the former hand-off in time. The meeting comes first.
      if (handOff.failures && handOffAt(bot, leadMs) <= now) return { kind: 'hand_off' };
      return handOff.failures ? waiting(handOff.failures.retry_at, { kind: 'dispatch' }) : { kind: 'dispatch' };
    }
    // A correction that is made after the last call is still tried once.
    const isUntriedCorrection = handOff.delivered_revision > 0 && !handOff.failures;
    if (lastCallAt(bot) < now && !isUntriedCorrection) {
      return removed ? { kind: 'forget' } : { kind: 'give_up', reason: handOff.failures?.code ?? 'runner_not_told' };
    }
    return handOff.failures ? waiting(handOff.failures.retry_at, { kind: 'dispatch' }) : { kind: 'dispatch' };
  }
  if (removed) return removed.parked ? { kind: 'idle' } : { kind: 'forget' };
  if (state === 'scheduled') {
    if (lastCallAt(bot) < now) return { kind: 'give_up', reason: 'handed_off_too_late' };
    return waiting(handOffAt(bot, leadMs), { kind: 'hand_off' });
  }
  return isTerminal(bot) ? { kind: 'idle' } : waiting(silentUntil(bot), { kind: 'end' });
}
