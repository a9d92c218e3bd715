import type { CalendarState } from './calendar-state.ts';
import { insertEvent, moveInstance, patchEvent, touchEvent } from './change-events.ts';
import { collectListing } from './collect-events.ts';
import { formatSlot, parseSlot } from './event-slot.ts';
import type { GoogleEvent, GoogleEventInput, GoogleEventPatch, GoogleEventTime } from './google-event.ts';
import type { SimulatorState } from './simulator-state.ts';
import { splitSeries } from './split-series.ts';

/** An instant as ms since the epoch or as RFC 3339 text. */
type Instant = number | string;

/** What users do to calendars. Each call is one change: recorded in the change log and announced to the channels. */
export type SimulatedChanges = {
  /** Adds a single event or (with `recurrence`) a series; returns its id. */
  insertEvent(calendarId: string, event: GoogleEventInput): string;
  /** Adds many events and announces them once; returns their ids. */
  insertMany(calendarId: string, events: GoogleEventInput[]): string[];
  /** Changes a single event, a series (id of its master) or one instance of it. */
  patchEvent(calendarId: string, id: string, patch: GoogleEventPatch): void;
  /** Deletes a single event, a series or one instance. */
  deleteEvent(calendarId: string, id: string): void;
  moveInstance(calendarId: string, id: string, times: { start: GoogleEventTime; end: GoogleEventTime }): void;
  deleteInstance(calendarId: string, id: string): void;
  deleteSeries(calendarId: string, id: string): void;
  /** "This and following" from the named instance on; returns the id of the new series. */
  splitSeries(calendarId: string, instanceId: string, patch: GoogleEventPatch): string;
  /** A notification without a change; with an event id that event is delivered again as it was. */
  touch(calendarId: string, eventId?: string): void;
  /** Changes the calendar itself; all-day events move with its time zone. */
  patchCalendar(calendarId: string, patch: { timeZone?: string; summary?: string; watchable?: boolean }): void;
  /** Sync tokens issued so far answer 410 from now on, for one calendar or all. */
  expireSyncTokens(calendarId?: string): void;
  /** The living instances overlapping the window, as its owner lists them, by start and id. */
  truth(calendarId: string, window: { from: Instant; to: Instant }): GoogleEvent[];
};

function toMs(instant: Instant): number {
  return typeof instant === 'number' ? instant : Date.parse(instant);
}

function moveToZone(calendar: CalendarState, zone: string): void {
  const former = calendar.timeZone;
  const move = (slot: Parameters<typeof formatSlot>[0]) => {
    const { start, end } = formatSlot(slot, former, former);
    return slot.allDay ? parseSlot(start, end, zone) : slot;
  };
  for (const event of calendar.events.values()) {
    if (event.type !== 'retired') event.slot = move(event.slot);
    if (event.type === 'exception' || event.type === 'retired') event.originalSlot = move(event.originalSlot);
  }
  calendar.timeZone = zone;
}

/** Binds the changes to a simulator's calendars. `notify` is called once per change, after it. */
export function createSimulatedChanges(state: SimulatorState, notify: (calendarId: string) => void): SimulatedChanges {
  const find = (calendarId: string): CalendarState => {
    const calendar = state.calendars.get(calendarId);
    if (calendar === undefined) throw new Error(`No calendar ${calendarId} in the simulator.`);
    return calendar;
  };
  const change = <Result>(calendarId: string, apply: (calendar: CalendarState, now: number) => Result): Result => {
    const result = apply(find(calendarId), state.now());
    notify(calendarId);
    return result;
  };
  const deleteEvent = (calendarId: string, id: string) =>
    change(calendarId, (calendar, now) => patchEvent(calendar, id, { status: 'cancelled' }, now));
  return {
    insertEvent: (calendarId, event) =>
      change(calendarId, (calendar, now) => insertEvent(calendar, event, now, state.random)),
    insertMany: (calendarId, events) =>
      change(calendarId, (calendar, now) => events.map((event) => insertEvent(calendar, event, now, state.random))),
    patchEvent: (calendarId, id, patch) => change(calendarId, (calendar, now) => patchEvent(calendar, id, patch, now)),
    deleteEvent,
    deleteInstance: deleteEvent,
    deleteSeries: deleteEvent,
    moveInstance: (calendarId, id, times) =>
      change(calendarId, (calendar, now) => moveInstance(calendar, id, times, now)),
    splitSeries: (calendarId, id, patch) =>
      change(calendarId, (calendar, now) => splitSeries(calendar, id, patch, now, state.random)),
    touch: (calendarId, eventId) =>
      change(calendarId, (calendar, now) => {
        if (eventId !== undefined) touchEvent(calendar, eventId, now);
      }),
    patchCalendar: (calendarId, patch) =>
      change(calendarId, (calendar, now) => {
        const { timeZone, ...rest } = patch;
        if (timeZone !== undefined) moveToZone(calendar, timeZone);
        Object.assign(calendar, rest, { updatedMs: now });
      }),
    expireSyncTokens(calendarId) {
      const calendars = calendarId === undefined ? [...state.calendars.values()] : [find(calendarId)];
      for (const calendar of calendars) calendar.tokenGeneration += 1;
    },
    truth(calendarId, window) {
      const calendar = find(calendarId);
      const bounds = { fromMs: toMs(window.from), toMs: toMs(window.to) };
      const filter = { ...bounds, singleEvents: true, showDeleted: false, eventTypes: [] };
      const viewer = { viewer: calendarId, role: 'owner' as const, timeZone: calendar.timeZone };
      const presentation = { ...viewer, maxAttendees: undefined, fullTombstones: false };
      const startOf = (event: GoogleEvent) => Date.parse(event.start?.dateTime ?? event.start?.date ?? '');
      return collectListing(calendar, filter, presentation, state.now()).sort(
        (a, b) => startOf(a) - startOf(b) || (a.id < b.id ? -1 : 1),
      );
    },
  };
}
