import { recurrenceDays } from '../recurrence-days.ts';
import { type CalendarState, type SeriesException, type SeriesMaster, siblingsOf } from './calendar-state.ts';
import { type EventSlot, overlaps, shiftSlot, slotStamp } from './event-slot.ts';

const DAY_MS = 86_400_000;

/** Most instances an endless series yields when no upper bound is given (field reports: about 700, out to 2040). */
const MAX_UNBOUNDED = 730;
/** How many of those may lie in the past; an old daily series would otherwise never reach the present. */
const MAX_PAST = 100;

export type SeriesInstance = {
  id: string;
  master: SeriesMaster;
  originalSlot: EventSlot;
  slot: EventSlot;
  exception: SeriesException | undefined;
};

export type Bounds = { fromMs?: number | undefined; toMs?: number | undefined };

/** The slots the rule of a series names, ascending, lazily: after COUNT, UNTIL and EXDATE, before exceptions. */
export function* ruleSlots(calendar: CalendarState, master: SeriesMaster): Generator<EventSlot> {
  const { rule, slot } = master;
  const firstDay = Math.floor(slot.startWall / DAY_MS);
  let count = 0;
  for (const day of recurrenceDays(rule, firstDay)) {
    if (rule.count !== undefined && ++count > rule.count) return;
    const next = shiftSlot(slot, slot.startWall + (day - firstDay) * DAY_MS, calendar.timeZone);
    if (rule.until !== undefined && (slot.allDay ? next.startWall : next.startMs) > rule.until) return;
    if (!rule.excluded.has(slotStamp(next))) yield next;
  }
}

/** The instance id of a slot: `<seriesId>_<stamp of the original start>`. */
export function instanceId(master: SeriesMaster, slot: EventSlot): string {
  return `${master.id}_${slotStamp(slot)}`;
}

/** True when the rule of a living series names this original slot. */
export function seriesYields(calendar: CalendarState, master: SeriesMaster, original: EventSlot): boolean {
  if (master.cancelled || master.slot.allDay !== original.allDay) return false;
  for (const slot of ruleSlots(calendar, master)) {
    if (slotStamp(slot) === slotStamp(original)) return true;
    if (slot.startMs > original.startMs) return false;
  }
  return false;
}

/** The slots of the rule that overlap the bounds; an endless series without upper bound stops after 730 of them. */
export function boundedSlots(calendar: CalendarState, master: SeriesMaster, bounds: Bounds, now: number): EventSlot[] {
  const capped = bounds.toMs === undefined && master.rule.count === undefined && master.rule.until === undefined;
  const past: EventSlot[] = [];
  const slots: EventSlot[] = [];
  for (const slot of ruleSlots(calendar, master)) {
    if (bounds.toMs !== undefined && slot.startMs >= bounds.toMs) break;
    if (!overlaps(slot, bounds.fromMs, undefined)) continue;
    if (capped && slot.endMs <= now) {
      past.push(slot);
      if (past.length > MAX_PAST) past.shift();
    } else {
      slots.push(slot);
      if (capped && past.length + slots.length >= MAX_UNBOUNDED) break;
    }
  }
  return [...past, ...slots];
}

/**
 * The living instances of a series that overlap the bounds, by start. Exceptions count where they happen now, so one
 * that was moved into the window is listed although its original slot lies outside.
 */
export function expandSeries(
  calendar: CalendarState,
  master: SeriesMaster,
  bounds: Bounds,
  now: number,
): SeriesInstance[] {
  if (master.cancelled) return [];
  const exceptions = siblingsOf(calendar, master.id).filter((event) => event.type === 'exception');
  const excepted = new Set(exceptions.map((event) => event.id));
  const instances: SeriesInstance[] = [];
  for (const slot of boundedSlots(calendar, master, bounds, now)) {
    const id = instanceId(master, slot);
    if (!excepted.has(id)) instances.push({ id, master, originalSlot: slot, slot, exception: undefined });
  }
  for (const exception of exceptions) {
    if (exception.cancelled || !overlaps(exception.slot, bounds.fromMs, bounds.toMs)) continue;
    const { id, originalSlot, slot } = exception;
    instances.push({ id, master, originalSlot, slot, exception });
  }
  return instances.sort((a, b) => a.slot.startMs - b.slot.startMs);
}
