import { type CalendarState, type LivingEvent, recordEvent, type SeriesMaster } from './calendar-state.ts';
import { createEventId, immutableId } from './event-ids.ts';
import { formatSlot, parseSlot } from './event-slot.ts';
import { findOccurrence, mergeFields, viewEvent } from './expand-series.ts';
import type { MicrosoftEventInput, MicrosoftEventPatch } from './microsoft-event.ts';
import { readRecurrence } from './recurrence-pattern.ts';

/** Thrown for an event id that is unknown to the calendar; the control surface answers 404. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';
}

function readFields(fields: MicrosoftEventInput, mailboxZone: string) {
  const slot = parseSlot(fields.start, fields.end, fields.isAllDay ?? false, mailboxZone);
  if (fields.recurrence === undefined) return { type: 'single' as const, slot };
  const exceptions: SeriesMaster['exceptions'] = new Map();
  const deletedDays = new Set<number>();
  return { type: 'master' as const, ...readRecurrence(fields.recurrence, slot), exceptions, deletedDays };
}

/** Adds a single event or, with `recurrence`, a series. Returns its immutable id. Throws for a bad event. */
export function insertEvent(
  calendar: CalendarState,
  fields: MicrosoftEventInput,
  { now, mailboxZone, random }: { now: number; mailboxZone: string; random: () => number },
): string {
  const id = createEventId(random);
  const base = { id, revision: 0, createdRevision: 0, createdMs: now, updatedMs: now };
  recordEvent(calendar, { ...base, fields, ...readFields(fields, mailboxZone) }, now);
  return id;
}

function findLiving(calendar: CalendarState, id: string): LivingEvent | undefined {
  const event = calendar.events.get(id);
  return event?.type === 'deleted' ? undefined : event;
}

function unknown(calendar: CalendarState, id: string): never {
  throw new UnknownEventError(`No event ${id} in ${calendar.id}.`);
}

function patchWhole(
  calendar: CalendarState,
  event: LivingEvent,
  patch: MicrosoftEventPatch,
  mailboxZone: string,
  now: number,
): void {
  const fields = mergeFields(event.fields, patch);
  const retimed = ['start', 'end', 'isAllDay', 'recurrence'].some((field) => field in patch);
  if (!retimed) {
    event.fields = fields;
    recordEvent(calendar, event, now);
    return;
  }
  // As in Outlook, new times or a new pattern undo the changes of single occurrences.
  const { id, createdMs, createdRevision } = event;
  const base = { id, revision: 0, createdRevision, createdMs, updatedMs: now };
  recordEvent(calendar, { ...base, fields, ...readFields(fields, mailboxZone) }, now);
}

function patchOccurrence(
  calendar: CalendarState,
  id: string,
  { start, end, isAllDay, recurrence, ...overrides }: MicrosoftEventPatch,
  mailboxZone: string,
  now: number,
): void {
  const found = findOccurrence(calendar.events, id) ?? unknown(calendar, id);
  if (recurrence !== undefined) throw new Error('An occurrence has no own recurrence.');
  const { master, day, original } = found;
  const former = master.exceptions.get(day) ?? { overrides: {}, slot: original, updatedMs: now };
  const allDay = isAllDay ?? former.slot.allDay;
  const current = formatSlot(former.slot, former.slot);
  const moved = start !== undefined || end !== undefined || isAllDay !== undefined;
  const slot = moved ? parseSlot(start ?? current.start, end ?? current.end, allDay, mailboxZone) : former.slot;
  const kept = { ...former.overrides, ...overrides, ...(isAllDay === undefined ? {} : { isAllDay }) };
  master.exceptions.set(day, { overrides: kept, slot, updatedMs: now });
  recordEvent(calendar, master, now);
}

/**
 * Changes a single event, a whole series (id of the master) or one occurrence (which becomes an exception); ids in
 * either form. Throws UnknownEventError.
 */
export function patchEvent(
  calendar: CalendarState,
  anyId: string,
  patch: MicrosoftEventPatch,
  mailboxZone: string,
  now: number,
): void {
  const id = immutableId(anyId);
  const event = findLiving(calendar, id);
  if (event !== undefined) return patchWhole(calendar, event, patch, mailboxZone, now);
  return patchOccurrence(calendar, id, patch, mailboxZone, now);
}

/** Deletes a single event, a whole series or one occurrence. Throws UnknownEventError. */
export function deleteEvent(calendar: CalendarState, anyId: string, now: number): void {
  const id = immutableId(anyId);
  const event = findLiving(calendar, id);
  if (event !== undefined) {
    const { createdRevision, createdMs } = event;
    recordEvent(calendar, { type: 'deleted', id, revision: 0, createdRevision, createdMs, updatedMs: now }, now);
    return;
  }
  const { master, day } = findOccurrence(calendar.events, id) ?? unknown(calendar, id);
  master.deletedDays.add(day);
  master.exceptions.delete(day);
  recordEvent(calendar, master, now);
}

/** Cancels an event as its organizer does: the owner's event stays, marked as cancelled, until it is deleted. */
export function cancelEvent(calendar: CalendarState, anyId: string, mailboxZone: string, now: number): void {
  const id = immutableId(anyId);
  const event = findLiving(calendar, id);
  const view = event === undefined ? findOccurrence(calendar.events, id)?.view : viewEvent(event);
  const subject = `Canceled: ${view?.fields.subject ?? ''}`;
  patchEvent(calendar, id, { isCancelled: true, subject, showAs: 'free' }, mailboxZone, now);
}

/** Another zone for a single event or a series; its wall-clock times stay. */
export function moveToZone(calendar: CalendarState, anyId: string, timeZone: string, mailboxZone: string, now: number) {
  const event = findLiving(calendar, immutableId(anyId)) ?? unknown(calendar, anyId);
  const { start, end } = formatSlot(event.slot, { ...event.slot, zoneName: timeZone });
  patchEvent(calendar, anyId, { start, end }, mailboxZone, now);
}

/** Delivers an event, or the series of an occurrence, once more without a change of content. */
export function touchEvent(calendar: CalendarState, anyId: string, now: number): void {
  const id = immutableId(anyId);
  const event = findLiving(calendar, id) ?? findOccurrence(calendar.events, id)?.master ?? unknown(calendar, id);
  recordEvent(calendar, event, now);
}
