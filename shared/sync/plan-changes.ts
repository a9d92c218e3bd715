import { contentHash, type EventContent, type ProviderChange, type StoredEvent } from '../events/calendar-event.ts';
import { type EventId, eventIdOf } from '../platform/ids.ts';
import type { LookUp } from '../providers/calendar-provider.ts';
import { isAhead, listedSpan, overlaps, type SyncWindow } from './sync-window.ts';

/** A row that must be written so that the stored calendar equals the provider's. */
export type PlannedWrite =
  /** Users see it, and a notification announces it. */
  | { type: 'created' | 'changed'; id: EventId; content: EventContent; content_hash: string }
  /** `content`: all that stays of it, where the content policy does not keep what is stored. */
  | { type: 'deleted'; id: EventId; content?: EventContent }
  /** Stored until the window reaches it, or not needed for that any more. */
  | { type: 'prefetched'; id: EventId; content: EventContent; content_hash: string }
  | { type: 'dropped'; id: EventId };

/** A write that users see, and that a notification announces. */
export type VisibleWrite = Exclude<PlannedWrite, { type: 'prefetched' | 'dropped' }>;
export const isVisible = (write: PlannedWrite): write is VisibleWrite =>
  write.type !== 'prefetched' && write.type !== 'dropped';

/** A visible event that is to be looked up before it is deleted: no word of the provider is about it itself. */
export interface Doubt {
  row: StoredEvent;
  doubt: LookUp['doubt'];
}

export interface Plan {
  writes: PlannedWrite[];
  doubts: Doubt[];
}

export interface PlanInput {
  calendarId: string;
  /** In the provider's order: of several about the same event the last counts. */
  changes: ProviderChange[];
  /** Stored rows by event id: for a delta those of the events and series it names, for a listing all in the window. */
  stored: ReadonlyMap<string, StoredEvent>;
  window: SyncWindow;
  /** `listing`: the changes are all there is in the window and ahead of it, so other stored events have left it. */
  kind: 'listing' | 'delta';
  volatile: readonly string[];
}

/**
 * Decides what to write. Pure, and idempotent: applied to its own outcome it plans nothing.
 *
 * An unknown event outside the window is ignored, or prefetched if the window will soon reach it. A known event is
 * followed wherever it goes, so a meeting that is moved out of the window never stays at its old time. An event that users
 * see is deleted on the provider's word about this very event, or about its series; otherwise it is doubted.
 */
export function planChanges({ calendarId, changes, stored, window, kind, volatile }: PlanInput): Plan {
  const latest = new Map<string, ProviderChange>();
  for (const change of changes) {
    const uuid = change.kind === 'event' ? change.event.platform_uuid : change.platform_uuid;
    latest.delete(uuid);
    latest.set(uuid, change);
  }

  const writes = new Map<string, PlannedWrite>();
  const seen = new Set<string>();
  const doubts = new Map<string, Doubt>();
  const remove = (row: StoredEvent | undefined, doubt: LookUp['doubt'] | null, rest?: EventContent): void => {
    if (!row || row.is_deleted || seen.has(row.id)) return;
    if (row.is_upcoming) {
      if (doubt !== 'suspect') writes.set(row.id, { type: 'dropped', id: row.id });
    } else if (doubt === null) writes.set(row.id, { type: 'deleted', id: row.id, ...(rest && { content: rest }) });
    else if (doubts.get(row.id)?.doubt !== 'event') doubts.set(row.id, { row, doubt });
  };

  /** Series of which nothing is left: removed, or turned into a single event, which then has the master's id. */
  const endedSeries = new Map<string, LookUp['doubt'] | null>();
  const seriesInstances = new Map<string, Set<string>>();
  for (const [uuid, change] of latest) {
    const id = eventIdOf(calendarId, uuid);
    const row = stored.get(id);
    if (change.kind === 'removed') {
      remove(row, change.isProven ? null : 'event', change.rest);
      endedSeries.set(uuid, change.isProven ? null : 'series');
    } else if (change.kind === 'suspect') {
      endedSeries.set(uuid, 'suspect');
    } else if (change.kind === 'unreadable' || change.kind === 'exists') {
      seen.add(id);
    } else if (change.kind === 'series') {
      // A single event that became a series lives on in its instances.
      remove(row, null);
      seriesInstances.set(uuid, new Set(change.instances.map((instance) => eventIdOf(calendarId, instance))));
    } else {
      seen.add(id);
      endedSeries.set(uuid, null);
      const write = planEvent(id, change.event, row, window, volatile);
      if (write) writes.set(id, write);
    }
  }
  const listed = listedSpan(window);
  for (const row of stored.values()) {
    const series = row.series_id ?? '';
    const ended = endedSeries.get(series);
    if (ended !== undefined) remove(row, ended);
    if (!overlaps(row, listed)) continue;
    if (seriesInstances.get(series)?.has(row.id) === false) remove(row, 'event');
    else if (kind === 'listing') remove(row, 'series');
  }
  return {
    writes: [...writes.values()],
    doubts: [...doubts.values()].filter(({ row }) => !writes.has(row.id) && !seen.has(row.id)),
  };
}

function planEvent(
  id: EventId,
  content: EventContent,
  row: StoredEvent | undefined,
  window: SyncWindow,
  volatile: readonly string[],
): PlannedWrite | null {
  const content_hash = contentHash(content, volatile);
  const isNew = !row || row.is_upcoming;
  if (!isNew)
    return row.is_deleted || row.content_hash !== content_hash ? { type: 'changed', id, content, content_hash } : null;
  if (overlaps(content, window)) return { type: 'created', id, content, content_hash };
  if (!isAhead(content, window)) return row ? { type: 'dropped', id } : null;
  return row?.content_hash === content_hash ? null : { type: 'prefetched', id, content, content_hash };
}
