import type { RecurrenceRule } from '../recurrence-rule.ts';
import type { EventSlot } from './event-slot.ts';
import type { MicrosoftEventInput, MicrosoftEventPatch } from './microsoft-event.ts';

/** What every stored event has: `revision` is its place in the change log, moved by each change. */
type Recorded = { id: string; revision: number; createdRevision: number; createdMs: number; updatedMs: number };

/** `fields` and slots are replaced, never changed in place, so that a listing does not change while it is paged. */
type SingleEvent = Recorded & { type: 'single'; fields: MicrosoftEventInput; slot: EventSlot };

/** An occurrence that differs from its series. */
type SeriesException = { overrides: MicrosoftEventPatch; slot: EventSlot; updatedMs: number };

/** A series. Exceptions and deleted occurrences go by the day (since the epoch) the pattern puts them on. */
export type SeriesMaster = Recorded & {
  type: 'master';
  fields: MicrosoftEventInput;
  slot: EventSlot;
  rule: RecurrenceRule;
  exceptions: Map<number, SeriesException>;
  deletedDays: Set<number>;
};

type DeletedEvent = Recorded & { type: 'deleted' };

export type LivingEvent = SingleEvent | SeriesMaster;
export type StoredEvent = LivingEvent | DeletedEvent;

export type CalendarState = {
  id: string;
  /** E-mail address of the account whose mailbox shows the calendar. */
  account: string;
  name: string;
  isDefault: boolean;
  /** Another user's calendar: not reachable by /me/events, and without push for delegated permissions. */
  shared: boolean;
  removed: boolean;
  events: Map<string, StoredEvent>;
  /** Every change ever, oldest first. An entry is outdated once its event has a newer revision. */
  log: { revision: number; id: string }[];
  revision: number;
  /** Delta links of earlier generations are no longer known. */
  tokenGeneration: number;
};

/** Stores an event as changed now: it moves to the end of the change log. */
export function recordEvent(calendar: CalendarState, event: StoredEvent, now: number): void {
  event.revision = ++calendar.revision;
  event.updatedMs = now;
  if (event.createdRevision === 0) event.createdRevision = event.revision;
  calendar.events.set(event.id, event);
  calendar.log.push({ revision: event.revision, id: event.id });
}

/** Events touched after `position`, each once, in the order of their last change. */
export function changesSince(calendar: CalendarState, position: number): StoredEvent[] {
  const changes: StoredEvent[] = [];
  for (let index = calendar.log.length - 1; index >= 0; index--) {
    const entry = calendar.log[index];
    if (entry === undefined || entry.revision <= position) break;
    const event = calendar.events.get(entry.id);
    if (event?.revision === entry.revision) changes.push(event);
  }
  return changes.reverse();
}
