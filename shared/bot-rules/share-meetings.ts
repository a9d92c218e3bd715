import type { BotDecision } from './bot-decision.ts';
import { refuse } from './decide-bot.ts';

/** Which event has, or had, the bot of a meeting. `shared/bot-rules/meeting-claim-store.ts` stores it. */
export interface JoinClaim {
  /** The event that has the meeting's bot, or had it last; null: none had one yet. */
  carrier: string | null;
  /** A person removed the bot: no rule brings it back. */
  withheld: boolean;
}

export interface DecidedEvent {
  id: string;
  /** null without a link: such an event shares nothing. */
  key: string | null;
  decision: BotDecision;
}

/**
 * Leaves one bot to each meeting that several events see: the claimed one unless its event is among these and no longer
 * joins it, else the one with the smallest event id, so that whoever looks comes to the same answer. The others are
 * duplicates of it.
 *
 * @param events all that are known, as decided alone
 * @param claims by meeting key; one by an event that is not known is believed
 */
export function shareMeetings<Decided extends DecidedEvent>(
  events: Decided[],
  claims: ReadonlyMap<string, JoinClaim>,
): Decided[] {
  const joining = events.filter(({ decision }) => decision.join);
  const known = new Set(events.map(({ id }) => id));
  const carriers = new Map<string, string>();
  for (const [key, group] of Map.groupBy(joining, ({ key }) => key)) {
    if (key === null) continue;
    const ids = group.map(({ id }) => id).sort();
    const claimed = claims.get(key)?.carrier ?? null;
    const keeps = claimed !== null && (ids.includes(claimed) || !known.has(claimed));
    carriers.set(key, keeps ? claimed : (ids[0] ?? ''));
  }
  return events.map((event) => {
    const { key, decision, id } = event;
    if (key === null || !decision.join) return event;
    const { rule } = decision;
    if (claims.get(key)?.withheld) return { ...event, decision: refuse('bot_removed', { rule }) };
    const carrier = carriers.get(key) ?? id;
    return carrier === id
      ? event
      : { ...event, decision: refuse('duplicate_of_other_calendar', { rule, duplicate_of: carrier }) };
  });
}
