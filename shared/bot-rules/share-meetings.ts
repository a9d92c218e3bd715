import type { MeetingClaim } from '../bots/meeting-claim.ts';
import type { BotDecision } from './bot-decision.ts';
import { refuse } from './decide-bot.ts';

/** The part of a meeting claim that decisions depend on. */
export type HeldMeeting = Pick<MeetingClaim, 'holder' | 'suppressed'>;

export interface DecidedEvent {
  id: string;
  /** The event's meeting key; null without a link: such an event shares its meeting with no other. */
  key: string | null;
  decision: BotDecision;
}

/**
 * Leaves one bot to each meeting that several events are for. It stays with the holder of the claim, unless the holder is
 * among these events and joins the meeting no more; else it goes to the event with the smallest id, so that the answer is
 * the same from every calendar. The other events are duplicates of that one.
 *
 * @param events all that are known, each decided alone
 * @param claims by meeting key; a holder that is not among the events is taken to join
 */
export function shareMeetings<Decided extends DecidedEvent>(
  events: Decided[],
  claims: ReadonlyMap<string, HeldMeeting>,
): Decided[] {
  const joining = events.filter(({ decision }) => decision.join);
  const known = new Set(events.map(({ id }) => id));
  const holders = new Map<string, string>();
  for (const [key, group] of Map.groupBy(joining, (event) => event.key)) {
    if (key === null) continue;
    const ids = group.map(({ id }) => id).sort();
    const claimed = claims.get(key)?.holder?.event_id ?? null;
    const stays = claimed !== null && (ids.includes(claimed) || !known.has(claimed));
    holders.set(key, stays ? claimed : (ids[0] ?? ''));
  }
  return events.map((event) => {
    const { key, decision, id } = event;
    if (key === null || !decision.join) return event;
    const { rule } = decision;
    if (claims.get(key)?.suppressed) return { ...event, decision: refuse('bot_removed', { rule }) };
    const holder = holders.get(key) ?? id;
    return holder === id
      ? event
      : { ...event, decision: refuse('duplicate_of_other_calendar', { rule, duplicate_of: holder }) };
  });
}

/**
 * The claims that count. A claim counts while its holder joins that meeting; a suppressed claim counts for ever.
 *
 * @param events the holders of the claims, and others
 */
export function countingClaims<Claim extends HeldMeeting>(
  claims: ReadonlyMap<string, Claim>,
  events: DecidedEvent[],
): Map<string, Claim> {
  const joins = new Set(events.flatMap(({ id, key, decision }) => (decision.join ? `${id} ${key}` : [])));
  return new Map(
    [...claims].filter(([key, { holder, suppressed }]) => suppressed || joins.has(`${holder?.event_id} ${key}`)),
  );
}
