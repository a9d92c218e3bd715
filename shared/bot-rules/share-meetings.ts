import type { BotDecision } from './bot-decision.ts';
import { refuse } from './decide-bot.ts';
import type { EventRank } from './event-rank.ts';

export interface DecidedEvent {
  id: string;
  /** The keys of the event's meeting; none without a link: such an event shares its meeting with no other. */
  keys: string[];
  rank: EventRank;
  decision: BotDecision;
}

/** The bots that meetings have, by meeting key. */
export interface MeetingBots {
  /** Keys of meetings whose bot a user removed. */
  suppressed: ReadonlySet<string>;
  /** The event of a bot that stays: a user created it, or it was handed off. null: it was created for a link. */
  lasting: ReadonlyMap<string, string | null>;
  /** The event of a bot that rules created, which a better event takes over. */
  holders: ReadonlyMap<string, string>;
}

/**
 * Leaves one bot to each meeting that several events are for. A bot that stays comes first. Then the best event has the
 * bot; of equally good ones the one that has it already; else the one with the smallest id, so that the answer is the same
 * from every calendar. The other events are duplicates of that one.
 *
 * @param events all that are known, each decided alone
 */
export function shareMeetings<Decided extends DecidedEvent>(
  events: Decided[],
  { suppressed, lasting, holders }: MeetingBots,
): Decided[] {
  const taken = new Map(lasting);
  const hasBot = ({ id, keys }: Decided): boolean => keys.some((key) => holders.get(key) === id);
  const inOrder = events
    .filter(({ decision }) => decision.join)
    .toSorted((a, b) => a.rank - b.rank || Number(hasBot(b)) - Number(hasBot(a)) || (a.id < b.id ? -1 : 1));
  const refused = new Map<string, BotDecision>();
  for (const { id, keys, decision } of inOrder) {
    const { rule } = decision;
    const occupied = keys.find((key) => taken.has(key) && taken.get(key) !== id);
    if (keys.some((key) => suppressed.has(key))) refused.set(id, refuse('bot_removed', { rule }));
    else if (occupied === undefined) for (const key of keys) taken.set(key, id);
    else {
      const other = taken.get(occupied) ?? null;
      const reason = other === null ? 'meeting_has_bot' : 'duplicate_of_other_calendar';
      refused.set(id, refuse(reason, { rule, duplicate_of: other }));
    }
  }
  return events.map((event) => ({ ...event, decision: refused.get(event.id) ?? event.decision }));
}
