import type { EventContent, ProviderChange, StoredEvent } from '../events/calendar-event.ts';
import { parseTimestamp, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import type { CalendarProvider, ChangeSet } from '../providers/calendar-provider.ts';
import { windowName } from './listing-due.ts';
import { isExplained } from './looks.ts';
import { isVisible, type Plan, type PlannedWrite, planChanges, type VisibleWrite } from './plan-changes.ts';
import type { ReadingState } from './reading-state.ts';
import type { SyncState } from './sync-state.ts';
import type { SyncWindow, WindowDays } from './sync-window.ts';

/** What was read at the provider and in the table. */
export interface ReadCalendar {
  /** When reading began: changes before this instant are in what was read. */
  startedAt: Timestamp;
  set: ChangeSet;
  /** With a listing, the changes that a delta reported beside it. */
  delta: ProviderChange[] | null;
  /** What look-ups of single events said. */
  confirmed: ProviderChange[];
  /** What to write, and what still has no positive word of the provider. */
  plan: Plan;
  /** What is to be remembered of the reading. */
  reading: ReadingState;
  /** Stored rows: for a delta those it names, for a listing all that end after the window begins. */
  stored: ReadonlyMap<string, StoredEvent>;
  /** The whole rows of some of them, by id. */
  rows: ReadonlyMap<string, Record<string, unknown>>;
  span: SyncWindow;
}

export interface Comparison {
  writes: PlannedWrite[];
  /** What users see of the changes that the provider reported as changes. */
  reported: VisibleWrite[];
  /** How many of those are old enough for their notification to have come. */
  unpushed: number;
  /** Corrections of a listing that no reported change explains. Expected is none. */
  drift: number;
}

type ProviderTraits = Pick<CalendarProvider, 'volatile' | 'modifiedField'>;

/** What was read against what was reported. A listing is an audit as well: it counts drift. */
export function compareChanges(
  { set, delta, plan, stored, span }: ReadCalendar,
  about: {
    calendarId: string;
    state: Pick<SyncState, 'listing' | 'sync_token' | 'looks'>;
    days: WindowDays;
    provider: ProviderTraits;
    now: number;
  },
): Comparison {
  const { calendarId, provider } = about;
  const { writes } = plan;
  const planOf = (changes: ProviderChange[]): Plan =>
    planChanges({ calendarId, changes, stored, window: span, kind: 'delta', volatile: provider.volatile });
  const none: Plan = { writes: [], doubts: [] };
  const expected = set.kind === 'delta' ? plan : delta ? planOf(delta) : none;
  const reported = expected.writes.filter(isVisible);
  const { listing, sync_token: token } = about.state;
  const isComparable = listing?.window === windowName(about.days) && token?.time_zone === set.timeZone;
  return {
    writes,
    reported,
    unpushed: reported.filter((write) => isUnpushed(write, about)).length,
    drift: delta && isComparable ? countDrift(stored, writes, expected, listing.until) : 0,
  };
}

/** Where both report an event, the listing counts: the next delta begins with it. A look-up comes after both. */
export const allChanges = ({
  set,
  delta,
  confirmed,
}: Pick<ReadCalendar, 'set' | 'delta' | 'confirmed'>): ProviderChange[] => [
  ...(delta ?? []),
  ...set.changes,
  ...confirmed,
];

/**
 * Corrections that no change explains. An event that the window has just reached is none: it was prefetched, or it
 * begins where the last listing did not look.
 */
function countDrift(
  stored: ReadonlyMap<string, StoredEvent>,
  writes: PlannedWrite[],
  expected: Plan,
  listedUntil: Timestamp,
): number {
  const explained = new Set([...expected.writes.map(({ id }) => id), ...expected.doubts.map(({ row }) => row.id)]);
  const isReached = (write: PlannedWrite): boolean =>
    (write.type === 'created' || write.type === 'prefetched') &&
    (stored.get(write.id)?.content_hash === write.content_hash || write.content.start_time >= listedUntil);
  return writes.filter((write) => !explained.has(write.id) && !isReached(write)).length;
}

/**
 * Should the change have been pushed by now, and was not? The time of a deletion is not known: it counts as long ago. A
 * push that brought nothing may have been about the change, which came late.
 */
function isUnpushed(
  write: VisibleWrite,
  { provider, state, now }: { provider: ProviderTraits; state: Pick<SyncState, 'looks'>; now: number },
): boolean {
  const modified = write.type === 'deleted' ? null : timeIn(write.content, provider.modifiedField);
  if (isExplained(state.looks, modified)) return false;
  return modified === null || modified < timestampOf(now - syncTimingMs.pushPatience);
}

/** A time that the provider's event has in a field. */
export const timeIn = ({ raw }: Pick<EventContent, 'raw'>, field: string): Timestamp | null => {
  const text = raw[field];
  return typeof text === 'string' ? parseTimestamp(text) : null;
};
