import {
  type CalendarState,
  type RetiredInstance,
  recordEvent,
  type SeriesException,
  type SeriesMaster,
  siblingsOf,
} from './calendar-state.ts';
import { type EventSlot, parseSlot, shiftSlot } from './event-slot.ts';
import { boundedSlots, instanceId, ruleSlots, seriesYields } from './expand-series.ts';

/** A series that loses instances announces only those of about six months (ruby client issue 860). */
const TOMBSTONE_REACH_MS = 183 * 86_400_000;

function announcedSlots(calendar: CalendarState, master: SeriesMaster, now: number): Map<string, EventSlot> {
  if (master.cancelled) return new Map();
  const reach = { fromMs: now - TOMBSTONE_REACH_MS, toMs: now + TOMBSTONE_REACH_MS };
  const slots = boundedSlots(calendar, master, reach, now);
  return new Map(slots.map((slot) => [instanceId(master, slot), slot]));
}

function retire(calendar: CalendarState, master: SeriesMaster, id: string, originalSlot: EventSlot, now: number): void {
  const { createdMs, sequence } = master;
  const instance: RetiredInstance = {
    type: 'retired',
    id,
    seriesId: master.id,
    originalSlot,
    revision: 0,
    createdMs,
    updatedMs: now,
    sequence,
  };
  recordEvent(calendar, instance, now);
}

/** Exceptions follow their series in everything they do not override, also in its length. */
function refreshException(calendar: CalendarState, master: SeriesMaster, exception: SeriesException): void {
  if (exception.moved) return;
  exception.slot = shiftSlot(master.slot, exception.originalSlot.startWall, calendar.timeZone);
}

/** Instances that exist again lose their tombstones: gone once more, they are announced once more. */
export function dropTombstones(calendar: CalendarState, master: SeriesMaster): void {
  for (const sibling of siblingsOf(calendar, master.id)) {
    if (sibling.type === 'retired' && seriesYields(calendar, master, sibling.originalSlot)) {
      calendar.events.delete(sibling.id);
      calendar.instancesOf.get(master.id)?.delete(sibling.id);
    }
  }
}

/**
 * Applies a change to a series, and its consequences: instances that no longer exist leave tombstones
 * (living exceptions always, plain ones within six months), those that exist again lose theirs, and the master moves
 * to the end of the change log, so that all its instances are delivered once more.
 */
export function changeSeries(calendar: CalendarState, master: SeriesMaster, now: number, change: () => void): void {
  const before = announcedSlots(calendar, master, now);
  change();
  const after = announcedSlots(calendar, master, now);
  for (const sibling of siblingsOf(calendar, master.id)) before.delete(sibling.id);
  dropTombstones(calendar, master);
  for (const sibling of siblingsOf(calendar, master.id)) {
    if (sibling.type === 'retired') continue;
    const named = seriesYields(calendar, master, sibling.originalSlot);
    if (named) {
      refreshException(calendar, master, sibling);
    } else if (sibling.cancelled) {
      // Its tombstone keeps its place in the log: a client with an older token has yet to see it.
      const { id, revision, createdMs, updatedMs, sequence, seriesId, originalSlot } = sibling;
      const kept = { type: 'retired' as const, id, revision, createdMs, updatedMs, sequence, seriesId, originalSlot };
      calendar.events.set(id, kept);
    } else {
      retire(calendar, master, sibling.id, sibling.originalSlot, now);
    }
  }
  for (const [id, slot] of before) if (!after.has(id)) retire(calendar, master, id, slot, now);
  master.updatedMs = now;
  recordEvent(calendar, master, now);
}

/** The exception stored for an instance id, or a fresh one like its series. Undefined when there is no such instance. */
export function openException(calendar: CalendarState, id: string): SeriesException | undefined {
  const stored = calendar.events.get(id);
  if (stored?.type === 'exception') return stored;
  const master = calendar.events.get(id.slice(0, id.lastIndexOf('_')));
  if (master?.type !== 'master' || master.cancelled) return undefined;
  const stamp = id.slice(id.lastIndexOf('_') + 1);
  const limit = Date.parse(
    stamp.replace(/^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/, (_all, year, month, day, ...clock) =>
      clock[0] === undefined
        ? `${year}-${month}-${day}T00:00:00Z`
        : `${year}-${month}-${day}T${clock[0]}:${clock[1]}:${clock[2]}Z`,
    ),
  );
  for (const slot of ruleSlots(calendar, master)) {
    if (instanceId(master, slot) === id) {
      const { createdMs, updatedMs, sequence } = master;
      return {
        type: 'exception',
        id,
        seriesId: master.id,
        originalSlot: slot,
        slot,
        moved: false,
        cancelled: false,
        overrides: {},
        revision: 0,
        createdMs,
        updatedMs,
        sequence,
      };
    }
    // Two days of slack: all-day stamps are wall-clock dates, slots are instants.
    if (!(slot.startMs <= limit + 2 * 86_400_000)) return undefined;
  }
  return undefined;
}

/** Moves an exception to other times, given as Google event times. */
export function moveException(
  calendar: CalendarState,
  exception: SeriesException,
  start: Parameters<typeof parseSlot>[0],
  end: Parameters<typeof parseSlot>[1],
): void {
  exception.slot = parseSlot(start, end, calendar.timeZone);
  exception.moved = true;
}
