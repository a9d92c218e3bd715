import type { RecurrenceRule } from '../recurrence-rule.ts';
import type { EventSlot } from './event-slot.ts';
import type { GoogleEventInput, GoogleEventPatch } from './google-event.ts';

/** What every stored event has: `revision` is its place in the change log, moved by each change. */
type Recorded = { id: string; revision: number; createdMs: number; updatedMs: number; sequence: number };

export type SingleEvent = Recorded & { type: 'single'; cancelled: boolean; fields: GoogleEventInput; slot: EventSlot };

export type SeriesMaster = Recorded & {
  type: 'master';
  cancelled: boolean;
  fields: GoogleEventInput;
  slot: EventSlot;
  rule: RecurrenceRule;
  /** Revision at which a single event became this series: listings of instances lose its plain id then. */
  formerSingleRevision: number | undefined;
};

/** An instance that differs from its series. `originalSlot` never moves; `slot` is where it happens now. */
export type SeriesException = Recorded & {
  type: 'exception';
  cancelled: boolean;
  seriesId: string;
  originalSlot: EventSlot;
  slot: EventSlot;
  moved: boolean;
  overrides: GoogleEventPatch;
};

/** An instance the series no longer has (deleted series, earlier UNTIL, other times), kept for its tombstone. */
export type RetiredInstance = Recorded & { type: 'retired'; seriesId: string; originalSlot: EventSlot };

export type StoredEvent = SingleEvent | SeriesMaster | SeriesException | RetiredInstance;

export type CalendarState = {
  id: string;
  summary: string;
  description: string | undefined;
  timeZone: string;
  watchable: boolean;
  events: Map<string, StoredEvent>;
  /** Ids of the exceptions and retired instances of each series. */
  instancesOf: Map<string, Set<string>>;
  /** Every change ever, oldest first. An entry is outdated once its event has a newer revision. */
  log: { revision: number; id: string }[];
  revision: number;
  updatedMs: number;
  /** Sync tokens of earlier generations answer 410. */
  tokenGeneration: number;
};

/** An empty calendar. `watchable: false` stands for holiday, birthday and imported calendars, which refuse push. */
export function createCalendarState(
  calendar: { id: string; summary: string; description: string | undefined; timeZone: string; watchable: boolean },
  now: number,
): CalendarState {
  return {
    ...calendar,
    events: new Map(),
    instancesOf: new Map(),
    log: [],
    revision: 0,
    updatedMs: now,
    tokenGeneration: 0,
  };
}

/** Stores an event as changed now: it moves to the end of the change log. */
export function recordEvent(calendar: CalendarState, event: StoredEvent, now: number): void {
  event.revision = ++calendar.revision;
  calendar.updatedMs = now;
  calendar.events.set(event.id, event);
  calendar.log.push({ revision: event.revision, id: event.id });
  if (event.type === 'exception' || event.type === 'retired') {
    const siblings = calendar.instancesOf.get(event.seriesId) ?? new Set();
    calendar.instancesOf.set(event.seriesId, siblings.add(event.id));
  }
}

/** Exceptions and retired instances of a series. */
export function siblingsOf(calendar: CalendarState, seriesId: string): (SeriesException | RetiredInstance)[] {
  const siblings: (SeriesException | RetiredInstance)[] = [];
  for (const id of calendar.instancesOf.get(seriesId) ?? []) {
    const event = calendar.events.get(id);
    if (event?.type === 'exception' || event?.type === 'retired') siblings.push(event);
  }
  return siblings;
}

/** Events touched after `position`, each once, in the order of their last change. */
export function changesSince(calendar: CalendarState, position: number): StoredEvent[] {
  let low = 0;
  let high = calendar.log.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((calendar.log[middle]?.revision ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  const changes: StoredEvent[] = [];
  for (const entry of calendar.log.slice(low)) {
    const event = calendar.events.get(entry.id);
    if (event?.revision === entry.revision) changes.push(event);
  }
  return changes;
}
