import type { EventContent } from '../events/calendar-event.ts';
import type { RuledCalendar } from './evaluate-rules.ts';
import { readEventPeople } from './event-people.ts';

/** Events of one meeting from the best to the worst: whose link its bot gets. */
export const eventRanks = { own: 0, accepted: 1, internal: 2, other: 3 } as const;
export type EventRank = (typeof eventRanks)[keyof typeof eventRanks];

/**
 * How much an event is to be trusted: the owner organizes it; else has accepted it; else a colleague organizes it. All
 * others may come from strangers.
 */
export function eventRank(
  event: EventContent,
  calendar: Pick<RuledCalendar, 'platform' | 'platform_uuid'>,
  internalDomains: readonly string[],
): EventRank {
  const { organizedBySelf, organizerIsInternal, hasAccepted } = readEventPeople(event, calendar, internalDomains);
  const isInvitation = event.organizer !== null || event.attendees.length > 0;
  if (organizedBySelf || !isInvitation) return eventRanks.own;
  if (hasAccepted) return eventRanks.accepted;
  return organizerIsInternal ? eventRanks.internal : eventRanks.other;
}
