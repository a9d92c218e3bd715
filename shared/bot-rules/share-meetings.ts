import type { Timestamp } from '../platform/timestamp.ts';
import type { BotDecision } from './bot-decision.ts';
import { refuse } from './decide-bot.ts';
import type { EventRank } from './event-rank.ts';

export interface DecidedEvent {
  id: string;
  /** The keys of the event's meeting; none without a link: such an event shares its meeting with no other. */
  keys: string[];
  start: Timestamp;
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

/** Places in calendars and rooms, which are limited. */
export interface Places<Decided> {
  /** Why an event gets no bot, although its meeting has none; null: there is a place. */
  refuse: (event: Decided) => BotDecision | null;
  /** The event has the bot of its meeting. */
  take: (event: Decided) => void;
}

const unlimited: Places<unknown> = { refuse: () => null, take: () => undefined };

/**
 * Leaves one bot to each meeting that several events are for. A bot that stays comes first. Then the best event has the
 * bot; of equally good ones the one that has it already; else the one with the smallest id, so that the answer is the same
 * from every calendar. The other events are duplicates of that one. An event without a place leaves the bot to the next one.
 *
 * @param events all that are known, each decided alone
 */
export function shareMeetings<Decided extends DecidedEvent>(
  events: Decided[],
  { suppressed, lasting, holders }: MeetingBots,
  places: Places<Decided> = unlimited,
): Decided[] {
  const taken = new Map(lasting);
  const hasBot = ({ id, keys }: Decided): boolean => keys.some((key) => holders.get(key) === id);
  const inOrder = events
    .filter(({ decision }) => decision.join)
    .toSorted(
      (a, b) =>
        a.rank - b.rank ||
        Number(hasBot(b)) - Number(hasBot(a)) ||
        (`${a.start}#${a.id}` < `${b.start}#${b.id}` ? -1 : 1),
    );
  const refused = new Map<string, BotDecision>();
  for (const event of inOrder) {
    const { id, keys, decision } = event;
    const { rule } = decision;
    const occupied = keys.find((key) => taken.has(key) && taken.get(key) !== id);
    const other = occupied === undefined ? undefined : (taken.get(occupied) ?? null);
    const refusal = keys.some((key) => suppressed.has(key))
      ? refuse('bot_removed', { rule })
      : other === undefined
        ? places.refuse(event)
        : refuse(other === null ? 'meeting_has_bot' : 'duplicate_of_other_calendar', { rule, duplicate_of: other });
    if (refusal) {
      refused.set(id, refusal);
      continue;
    }
    for (const key of keys) taken.set(key, id);
    places.take(event);
  }
  return events.map((event) => ({ ...event, decision: refused.get(event.id) ?? event.decision }));
}
