import { parseRecurrence } from '../recurrence-rule.ts';
import {
  type CalendarState,
  recordEvent,
  type SeriesException,
  type SeriesMaster,
  type SingleEvent,
} from './calendar-state.ts';
import { changeSeries, dropTombstones, moveException, openException } from './change-series.ts';
import { formatSlot, parseSlot } from './event-slot.ts';
import type { GoogleEventInput, GoogleEventPatch, GoogleEventTime } from './google-event.ts';

/** Thrown for an event id that is unknown to the calendar; the control surface answers 404. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';
}

function merge(fields: GoogleEventInput, patch: GoogleEventPatch): GoogleEventInput {
  const merged: Record<string, unknown> = { ...fields, ...patch };
  for (const [field, value] of Object.entries(merged)) if (value === null) delete merged[field];
  return merged;
}

function readFields(calendar: CalendarState, fields: GoogleEventInput) {
  if (fields.start === undefined || fields.end === undefined) throw new Error('Missing start or end time.');
  const slot = parseSlot(fields.start, fields.end, calendar.timeZone);
  const lines = fields.recurrence ?? [];
  return { slot, rule: lines.length === 0 ? undefined : parseRecurrence(lines, slot.startZone, slot.allDay) };
}

function randomId(random: () => number): string {
  // base32hex, 26 characters, like the ids Google makes.
  return Array.from({ length: 26 }, () => Math.floor(random() * 32).toString(32)).join('');
}

/** Adds a single event or, with `recurrence`, a series. Returns its id. Throws for a duplicate id or a bad event. */
export function insertEvent(
  calendar: CalendarState,
  input: GoogleEventInput,
  now: number,
  random: () => number,
): string {
  const id = input.id ?? randomId(random);
  if (!/^[0-9a-v_]{5,1024}$/i.test(id)) throw new Error(`Invalid resource id value: ${id}`);
  if (calendar.events.has(id)) throw new Error(`The requested identifier already exists: ${id}`);
  const { slot, rule } = readFields(calendar, input);
  const cancelled = input.status === 'cancelled';
  const base = { id, fields: input, slot, cancelled, revision: 0, createdMs: now, updatedMs: now, sequence: 0 };
  const event: SingleEvent | SeriesMaster =
    rule === undefined
      ? { ...base, type: 'single' }
      : { ...base, type: 'master', rule, formerSingleRevision: undefined };
  recordEvent(calendar, event, now);
  return id;
}

function patchMaster(calendar: CalendarState, master: SeriesMaster, patch: GoogleEventPatch, now: number): void {
  const fields = merge(master.fields, patch);
  const { slot, rule } = readFields(calendar, fields);
  const timesChanged = 'start' in patch || 'end' in patch || 'recurrence' in patch;
  const cancelled = patch.status === undefined ? master.cancelled : patch.status === 'cancelled';
  changeSeries(calendar, master, now, () => {
    Object.assign(master, { fields, slot, cancelled: cancelled || rule === undefined });
    if (rule !== undefined) master.rule = rule;
    if (timesChanged) master.sequence += 1;
  });
  if (rule !== undefined) return;
  const { id, createdMs, sequence } = master;
  const single = { type: 'single' as const, id, fields, slot, cancelled, createdMs, sequence, updatedMs: now };
  recordEvent(calendar, { ...single, revision: 0 }, now);
}

function patchSingle(calendar: CalendarState, event: SingleEvent, patch: GoogleEventPatch, now: number): void {
  const fields = merge(event.fields, patch);
  const { slot, rule } = readFields(calendar, fields);
  const cancelled = patch.status === undefined ? event.cancelled : patch.status === 'cancelled';
  const sequence = event.sequence + ('start' in patch || 'end' in patch ? 1 : 0);
  const changed = { ...event, fields, slot, cancelled, sequence, updatedMs: now };
  if (rule === undefined) recordEvent(calendar, changed, now);
  else {
    const formerSingleRevision = calendar.revision + 1;
    const master: SeriesMaster = { ...changed, type: 'master', rule, formerSingleRevision };
    recordEvent(calendar, master, now);
    // It may have been a series before.
    dropTombstones(calendar, master);
  }
}

function patchException(calendar: CalendarState, event: SeriesException, patch: GoogleEventPatch, now: number): void {
  const { start, end, ...overrides } = patch;
  if (overrides.recurrence !== undefined) throw new Error('An instance has no own recurrence.');
  if (start || end) {
    const current = formatSlot(event.slot, calendar.timeZone, calendar.timeZone);
    moveException(calendar, event, start ?? current.start, end ?? current.end);
    event.sequence += 1;
  }
  if (patch.status !== undefined) event.cancelled = patch.status === 'cancelled';
  event.overrides = { ...event.overrides, ...overrides };
  event.updatedMs = now;
  recordEvent(calendar, event, now);
}

/**
 * Changes a single event, a whole series (id of the master) or one instance (id of the instance, which becomes an
 * exception). Status `cancelled` deletes, `confirmed` brings back. Throws UnknownEventError.
 */
export function patchEvent(calendar: CalendarState, id: string, patch: GoogleEventPatch, now: number): void {
  const event = calendar.events.get(id);
  if (event?.type === 'master') return patchMaster(calendar, event, patch, now);
  if (event?.type === 'single') return patchSingle(calendar, event, patch, now);
  const exception = openException(calendar, id);
  if (exception === undefined) throw new UnknownEventError(`No event ${id} in ${calendar.id}.`);
  return patchException(calendar, exception, patch, now);
}

/** Moves one instance; its id and `originalStartTime` stay. */
export function moveInstance(
  calendar: CalendarState,
  id: string,
  times: { start: GoogleEventTime; end: GoogleEventTime },
  now: number,
): void {
  const exception = openException(calendar, id);
  if (exception === undefined) throw new UnknownEventError(`No instance ${id} in ${calendar.id}.`);
  patchException(calendar, exception, times, now);
}

/** Delivers an event once more without a change of content, as edits of reminders do: `updated` stays. */
export function touchEvent(calendar: CalendarState, id: string, now: number): void {
  const event = calendar.events.get(id) ?? openException(calendar, id);
  if (event === undefined) throw new UnknownEventError(`No event ${id} in ${calendar.id}.`);
  recordEvent(calendar, event, now);
}
