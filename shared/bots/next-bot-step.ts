import type { Timestamp } from '../platform/timestamp.ts';
import { type Bot, isTerminal } from './bot.ts';
import { handOffAt, lastCallAt, silentUntil } from './bot-times.ts';

/** What is to be done for a bot now. */
export type BotStep =
  /** Nothing, for good or until its timer is set anew. */
  | { kind: 'idle' }
  | { kind: 'wait'; until: Timestamp }
  | { kind: 'hand_off' }
  /** Tell the runner what it does not know yet. */
  | { kind: 'tell' }
  /** Too late: whatever was tried, nobody took it. */
  | { kind: 'give_up'; reason: string }
  /** Nobody has said how it went. */
  | { kind: 'end' }
  /** Nothing of it is needed any more. */
  | { kind: 'forget' };

/** @param leadMs how long before its time a bot is handed off */
export function nextBotStep(bot: Bot, now: Timestamp, leadMs: number): BotStep {
  const { hand_off: handOff, removed, state } = bot;
  const waiting = (until: Timestamp, then: BotStep): BotStep => (until > now ? { kind: 'wait', until } : then);
  if (handOff && handOff.told < handOff.revision && (removed || state === 'staged')) {
    if (handOff.claim && handOff.claim.until > now) return { kind: 'wait', until: handOff.claim.until };
    // A correction made later than the last call is tried all the same, once.
    const isUntriedCorrection = handOff.told > 0 && !handOff.failures;
    if (lastCallAt(bot) < now && !isUntriedCorrection) {
      return removed ? { kind: 'forget' } : { kind: 'give_up', reason: handOff.failures?.code ?? 'runner_not_told' };
    }
    return handOff.failures ? waiting(handOff.failures.retry_at, { kind: 'tell' }) : { kind: 'tell' };
  }
  if (removed) return removed.parked ? { kind: 'idle' } : { kind: 'forget' };
  if (state === 'scheduled') {
    if (lastCallAt(bot) < now) return { kind: 'give_up', reason: 'handed_off_too_late' };
    return waiting(handOffAt(bot, leadMs), { kind: 'hand_off' });
  }
  return isTerminal(bot) ? { kind: 'idle' } : waiting(silentUntil(bot), { kind: 'end' });
}
