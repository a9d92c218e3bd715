import type { CalendarState, StoredEvent } from './calendar-state.ts';
import { type EventSlot, formatSlot } from './event-slot.ts';
import type { SeriesInstance } from './expand-series.ts';
import type { GoogleEvent, GoogleEventInput } from './google-event.ts';

export type AccessRole = 'freeBusyReader' | 'reader' | 'writerWithoutPrivateAccess' | 'writer' | 'owner';

/** Who asks and how the answer is wanted; `fullTombstones` keeps the fields of cancelled events. */
export type Presentation = {
  viewer: string;
  role: AccessRole;
  timeZone: string;
  maxAttendees: number | undefined;
  fullTombstones: boolean;
};

type Source = Pick<StoredEvent, 'id' | 'revision' | 'createdMs' | 'updatedMs' | 'sequence'>;

function hidesDetails(fields: GoogleEventInput, role: AccessRole): boolean {
  if (role === 'freeBusyReader') return true;
  const isPrivate = fields.visibility === 'private' || fields.visibility === 'confidential';
  return isPrivate && (role === 'reader' || role === 'writerWithoutPrivateAccess');
}

function presentAttendees(calendar: CalendarState, fields: GoogleEventInput, presentation: Presentation) {
  if (fields.attendees === undefined) return {};
  const all = fields.attendees.map((one) => (one.email === calendar.id ? { ...one, self: true } : one));
  if (presentation.maxAttendees === undefined || all.length <= presentation.maxAttendees) return { attendees: all };
  // Not the first N: only the requesting participant comes back (events.list, maxAttendees).
  return { attendees: all.filter((one) => one.email === presentation.viewer), attendeesOmitted: true };
}

function withSelf<Person extends { email?: string }>(calendar: CalendarState, person: Person): Person {
  return person.email === calendar.id ? { ...person, self: true } : person;
}

function presentFields(
  calendar: CalendarState,
  source: Source,
  fields: GoogleEventInput,
  slot: EventSlot,
  presentation: Presentation,
): GoogleEvent {
  const own = { email: calendar.id };
  const frame = {
    kind: 'calendar#event' as const,
    etag: `"${source.revision}"`,
    id: source.id,
    status: fields.status ?? ('confirmed' as const),
    htmlLink: `https://www.google.com/calendar/event?eid=${Buffer.from(`${source.id} ${calendar.id}`).toString('base64url')}`,
    created: new Date(source.createdMs).toISOString(),
    updated: new Date(source.updatedMs).toISOString(),
    ...formatSlot(slot, presentation.timeZone, calendar.timeZone),
    iCalUID: fields.iCalUID ?? `${source.id}@google.com`,
    sequence: source.sequence,
    eventType: fields.eventType ?? ('default' as const),
    ...(fields.recurrence === undefined ? {} : { recurrence: fields.recurrence }),
  };
  if (hidesDetails(fields, presentation.role)) return { ...frame, visibility: fields.visibility ?? 'private' };
  return {
    ...fields,
    ...frame,
    creator: withSelf(calendar, fields.creator ?? own),
    organizer: withSelf(calendar, fields.organizer ?? own),
    ...presentAttendees(calendar, fields, presentation),
    reminders: { useDefault: true },
  };
}

/** A single event or a series master, also a cancelled one. */
export function presentEvent(
  calendar: CalendarState,
  event: StoredEvent & { type: 'single' | 'master' },
  presentation: Presentation,
): GoogleEvent {
  const { cancelled } = event;
  if (cancelled && !presentation.fullTombstones) return { id: event.id, status: 'cancelled' };
  const shown = presentFields(calendar, event, event.fields, event.slot, presentation);
  return cancelled ? { ...shown, status: 'cancelled' } : shown;
}

/** `originalStartTime` of an instance: where the rule puts it, wherever it happens now. */
function originalStart(calendar: CalendarState, slot: EventSlot, presentation: Presentation) {
  return formatSlot(slot, presentation.timeZone, calendar.timeZone).start;
}

/** A living instance: the fields of its series, its own overrides on top, the shared iCalUID. */
export function presentInstance(
  calendar: CalendarState,
  instance: SeriesInstance,
  presentation: Presentation,
): GoogleEvent {
  const { master, exception } = instance;
  const { recurrence: _rule, ...inherited } = master.fields;
  const merged: Record<string, unknown> = { ...inherited, ...exception?.overrides };
  for (const [field, value] of Object.entries(merged)) if (value === null) delete merged[field];
  const fields: GoogleEventInput = { ...merged, iCalUID: master.fields.iCalUID ?? `${master.id}@google.com` };
  // An untouched instance is as old as its series; a change of either is a change of the instance.
  const latest = exception === undefined || master.revision > exception.revision ? master : exception;
  const source = { ...latest, id: instance.id, sequence: exception?.sequence ?? master.sequence };
  return {
    ...presentFields(calendar, source, fields, instance.slot, presentation),
    recurringEventId: master.id,
    originalStartTime: originalStart(calendar, instance.originalSlot, presentation),
  };
}

/**
 * A cancelled instance. Often Google sends nothing but id and status (compass pull 2808); the documented form, used in
 * listings of masters and by the `fullTombstones` switch, adds the series and the original start.
 */
export function presentTombstone(
  calendar: CalendarState,
  event: StoredEvent & { type: 'exception' | 'retired' },
  presentation: Presentation,
): GoogleEvent {
  if (!presentation.fullTombstones) return { id: event.id, status: 'cancelled' };
  return {
    kind: 'calendar#event',
    etag: `"${event.revision}"`,
    id: event.id,
    status: 'cancelled',
    recurringEventId: event.seriesId,
    originalStartTime: originalStart(calendar, event.originalSlot, presentation),
  };
}
