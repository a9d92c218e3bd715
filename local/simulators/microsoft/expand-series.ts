import { ruleDays } from '../recurrence-days.ts';
import type { LivingEvent, SeriesMaster } from './calendar-state.ts';
import { occurrenceId, parseOccurrenceId } from './event-ids.ts';
import { dayOf, type EventSlot, overlaps, shiftSlot, type Window } from './event-slot.ts';
import type { MicrosoftEventInput, MicrosoftEventPatch, MicrosoftEventType } from './microsoft-event.ts';

const DAY_MS = 86_400_000;

/** One item of a listing, as it stood when the listing was made. */
export type EventView = {
  id: string;
  type: MicrosoftEventType;
  /** Undefined for single events and masters. */
  masterId: string | undefined;
  originalStartMs: number | undefined;
  fields: MicrosoftEventInput;
  slot: EventSlot;
  revision: number;
  createdMs: number;
  updatedMs: number;
};

/** Fields with a patch applied; `null` clears. */
export function mergeFields(fields: MicrosoftEventInput, patch: MicrosoftEventPatch): MicrosoftEventInput {
  const merged: Record<string, unknown> = { ...fields, ...patch };
  for (const [field, value] of Object.entries(merged)) if (value === null) delete merged[field];
  return merged as MicrosoftEventInput;
}

/** The slots of a series by day, ascending, lazily, before exceptions and deleted occurrences. */
function* seriesSlots({ rule, slot }: SeriesMaster): Generator<[day: number, slot: EventSlot]> {
  const firstDay = dayOf(slot);
  let count = 0;
  for (const day of ruleDays(rule, firstDay)) {
    if (rule.count !== undefined && ++count > rule.count) return;
    if (rule.until !== undefined && day * DAY_MS > rule.until) return;
    yield [day, shiftSlot(slot, day - firstDay)];
  }
}

/** A single event or a series master; the latter with the times of its first occurrence. */
export function viewEvent(event: LivingEvent): EventView {
  const { id, fields, slot, revision, createdMs, updatedMs } = event;
  const type = event.type === 'single' ? 'singleInstance' : 'seriesMaster';
  return { id, type, masterId: undefined, originalStartMs: undefined, fields, slot, revision, createdMs, updatedMs };
}

function viewOccurrence(master: SeriesMaster, day: number, original: EventSlot): EventView {
  const exception = master.exceptions.get(day);
  const { recurrence: _pattern, ...inherited } = master.fields;
  return {
    id: occurrenceId(master.id, day),
    type: exception === undefined ? 'occurrence' : 'exception',
    masterId: master.id,
    originalStartMs: original.startMs,
    fields: exception === undefined ? inherited : mergeFields(inherited, exception.overrides),
    slot: exception?.slot ?? original,
    revision: master.revision,
    createdMs: master.createdMs,
    updatedMs: exception?.updatedMs ?? master.updatedMs,
  };
}

/** Where the pattern puts the occurrence of a day, undefined when it names no such day. */
function originalSlot(master: SeriesMaster, day: number): EventSlot | undefined {
  for (const [named, slot] of seriesSlots(master)) {
    if (named === day) return slot;
    if (named > day) return undefined;
  }
  return undefined;
}

/** The occurrence with an id, undefined when the series does not have it (any more). */
export function findOccurrence(events: ReadonlyMap<string, { type: string }>, id: string) {
  const parsed = parseOccurrenceId(id);
  const master = events.get(parsed?.masterId ?? '') as LivingEvent | undefined;
  if (parsed === undefined || master?.type !== 'master' || master.deletedDays.has(parsed.day)) return undefined;
  const original = originalSlot(master, parsed.day);
  if (original === undefined) return undefined;
  return { master, day: parsed.day, original, view: viewOccurrence(master, parsed.day, original) };
}

/** The occurrences that overlap a window, by start. Exceptions count where they happen now. */
export function expandSeries(master: SeriesMaster, window: Window): EventView[] {
  const views: EventView[] = [];
  for (const [day, slot] of seriesSlots(master)) {
    if (slot.startMs >= window.toMs) break;
    if (master.deletedDays.has(day) || master.exceptions.has(day) || !overlaps(slot, window)) continue;
    views.push(viewOccurrence(master, day, slot));
  }
  for (const [day, exception] of master.exceptions) {
    if (!overlaps(exception.slot, window)) continue;
    const original = originalSlot(master, day);
    if (original !== undefined) views.push(viewOccurrence(master, day, original));
  }
  return views.sort((a, b) => a.slot.startMs - b.slot.startMs);
}
