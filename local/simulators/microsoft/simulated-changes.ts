import type { CalendarState } from './calendar-state.ts';
import { viewWindow } from './calendar-view.ts';
import { cancelEvent, deleteEvent, insertEvent, moveToZone, patchEvent, touchEvent } from './change-events.ts';
import { createEventId, immutableId } from './event-ids.ts';
import type {
  MicrosoftEvent,
  MicrosoftEventInput,
  MicrosoftEventPatch,
  MicrosoftEventTime,
} from './microsoft-event.ts';
import { presentEvent } from './present-event.ts';
import { requireZone } from './resolve-zone.ts';
import type { SimulatorState } from './simulator-state.ts';
import type { ChangeType } from './subscriptions.ts';

/** An instant as ms since the epoch or as RFC 3339 text. */
type Instant = number | string;

/**
 * What users do to calendars. Each call is one change: recorded in the change log and announced to the subscriptions.
 * Ids are returned in their immutable form and taken in either.
 */
export type SimulatedChanges = {
  /** Adds a single event or (with `recurrence`) a series; returns its id. */
  insertEvent(calendarId: string, event: MicrosoftEventInput): string;
  /** Adds many events and announces only the last; returns their ids. */
  insertMany(calendarId: string, events: MicrosoftEventInput[]): string[];
  /** Changes a single event, a series (id of its master) or one occurrence of it. */
  patchEvent(calendarId: string, id: string, patch: MicrosoftEventPatch): void;
  /** Deletes a single event, a series or one occurrence. */
  deleteEvent(calendarId: string, id: string): void;
  moveInstance(calendarId: string, id: string, times: { start: MicrosoftEventTime; end: MicrosoftEventTime }): void;
  deleteInstance(calendarId: string, id: string): void;
  deleteSeries(calendarId: string, id: string): void;
  /** The organizer cancels: the event stays with `isCancelled` until it is deleted. */
  cancelEvent(calendarId: string, id: string): void;
  /** The same wall-clock times in another zone, for a single event or a series. */
  moveSeriesToZone(calendarId: string, id: string, timeZone: string): void;
  /** A notification without a change; with an event id that event is delivered again with nothing but a new stamp. */
  touch(calendarId: string, eventId?: string): void;
  /** Changes the calendar itself. */
  patchCalendar(calendarId: string, patch: { name?: string }): void;
  /** Delta links issued so far are no longer known, for one calendar or all; see the switch `expiredSyncState`. */
  expireSyncTokens(calendarId?: string): void;
  /** What happens in the window, without masters and cancelled events, as full events with UTC times, by start and id. */
  truth(calendarId: string, window: { from: Instant; to: Instant }): MicrosoftEvent[];
};

function toMs(instant: Instant): number {
  return typeof instant === 'number' ? instant : Date.parse(instant);
}

type Notify = (calendarId: string, eventId: string, changeType: ChangeType) => void;

/** Binds the changes to a simulator's calendars. `notify` is called once per change, after it. */
export function createSimulatedChanges(state: SimulatorState, notify: Notify): SimulatedChanges {
  const find = (calendarId: string): CalendarState => {
    const calendar = state.calendars.get(calendarId);
    if (calendar === undefined || calendar.removed) throw new Error(`No calendar ${calendarId} in the simulator.`);
    return calendar;
  };
  const ownerOf = (calendar: CalendarState) => {
    const account = state.accounts.get(calendar.account);
    if (account === undefined) throw new Error(`No account ${calendar.account} in the simulator.`);
    return account;
  };
  const zoneOf = (calendar: CalendarState): string => requireZone(ownerOf(calendar).timeZone);
  const insertInto = (calendar: CalendarState, event: MicrosoftEventInput): string =>
    insertEvent(calendar, event, { now: state.now(), mailboxZone: zoneOf(calendar), random: state.random });
  const update = (calendarId: string, id: string, apply: (calendar: CalendarState, now: number) => void): void => {
    apply(find(calendarId), state.now());
    notify(calendarId, immutableId(id), 'updated');
  };
  const patch: SimulatedChanges['patchEvent'] = (calendarId, id, fields) =>
    update(calendarId, id, (calendar, now) => patchEvent(calendar, id, fields, zoneOf(calendar), now));
  const remove = (calendarId: string, id: string): void => {
    deleteEvent(find(calendarId), id, state.now());
    notify(calendarId, immutableId(id), 'deleted');
  };
  return {
    insertEvent(calendarId, event) {
      const id = insertInto(find(calendarId), event);
      notify(calendarId, id, 'created');
      return id;
    },
    insertMany(calendarId, events) {
      const calendar = find(calendarId);
      const ids = events.map((event) => insertInto(calendar, event));
      const last = ids.at(-1);
      if (last !== undefined) notify(calendarId, last, 'created');
      return ids;
    },
    patchEvent: patch,
    moveInstance: patch,
    deleteEvent: remove,
    deleteInstance: remove,
    deleteSeries: remove,
    cancelEvent: (calendarId, id) =>
      update(calendarId, id, (calendar, now) => cancelEvent(calendar, id, zoneOf(calendar), now)),
    moveSeriesToZone: (calendarId, id, timeZone) =>
      update(calendarId, id, (calendar, now) => moveToZone(calendar, id, timeZone, zoneOf(calendar), now)),
    touch: (calendarId, eventId) =>
      update(calendarId, eventId ?? createEventId(state.random), (calendar, now) => {
        if (eventId !== undefined) touchEvent(calendar, eventId, now);
      }),
    patchCalendar(calendarId, fields) {
      Object.assign(find(calendarId), fields);
    },
    expireSyncTokens(calendarId) {
      const calendars = calendarId === undefined ? [...state.calendars.values()] : [find(calendarId)];
      for (const calendar of calendars) calendar.tokenGeneration += 1;
    },
    truth(calendarId, window) {
      const calendar = find(calendarId);
      const { displayName: name, mail, email } = ownerOf(calendar);
      const owner = { name, address: mail ?? email };
      const presentation = { zone: 'UTC', zoneName: 'UTC', textBody: true, immutableIds: true, owner };
      return viewWindow(calendar, { fromMs: toMs(window.from), toMs: toMs(window.to) })
        .filter((view) => view.fields.isCancelled !== true)
        .sort((a, b) => a.slot.startMs - b.slot.startMs || (a.id < b.id ? -1 : 1))
        .map((view) => presentEvent(view, presentation));
    },
  };
}
