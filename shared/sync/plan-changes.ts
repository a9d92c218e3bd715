import { contentHash, type EventContent, type ProviderChange, type StoredEvent } from '../events/calendar-event.ts';
import { type EventId, eventIdOf } from '../platform/ids.ts';
import { isAhead, listedSpan, overlaps, type SyncWindow } from './sync-window.ts';

/** A row that must be written so that the stored calendar equals the provider's. */
export type PlannedWrite =
  /** Users see it, and a notification announces it. */
  | { type: 'created' | 'changed'; id: EventId; content: EventContent; content_hash: string }
  | { type: 'deleted'; id: EventId }
  /** Stored until the window reaches it, or not needed for that any more. */
  | { type: 'prefetched'; id: EventId; content: EventContent; content_hash: string }
  | { type: 'dropped'; id: EventId };

/** A write that users see, and that a notification announces. */
export type VisibleWrite = Exclude<PlannedWrite, { type: 'prefetched' | 'dropped' }>;
export const isVisible = (write: PlannedWrite): write is VisibleWrite =>
  write.type !== 'prefetched' && write.type !== 'dropped';

export interface PlanInput {
  calendarId: string;
  /** In the provider's order: of several about the same event the last counts. */
  changes: ProviderChange[];
  /** Stored rows by event id: for a delta those of the events and series it names, for a listing all in the window. */
  stored: ReadonlyMap<string, StoredEvent>;
  window: SyncWindow;
  /** `listing`: the changes are all there is in the window and ahead of it, so other stored events are gone. */
  kind: 'listing' | 'delta';
  volatile: readonly string[];
}

/**
 * Decides what to write. Pure, and idempotent: applied to its own outcome it plans nothing.
 *
 * An unknown event outside the window is ignored, or prefetched if the window will soon reach it. A known event is
 * followed wherever it goes, so a meeting that is moved out of the window never stays at its old time.
 */
export function planChanges({ calendarId, changes, stored, window, kind, volatile }: PlanInput): PlannedWrite[] {
  const latest = new Map<string, ProviderChange>();
  for (const change of changes) {
    const uuid = change.kind === 'event' ? change.event.platform_uuid : change.platform_uuid;
    latest.delete(uuid);
    latest.set(uuid, change);
  }

  const writes = new Map<string, PlannedWrite>();
  const seen = new Set<string>();
  const remove = (row: StoredEvent | undefined): void => {
    if (!row || row.is_deleted || seen.has(row.id)) return;
    writes.set(row.id, { type: row.is_upcoming ? 'dropped' : 'deleted', id: row.id });
  };

  /** Series of which nothing is left: removed, or turned into a single event, which then has the master's id. */
  const endedSeries = new Set<string>();
  const seriesInstances = new Map<string, Set<string>>();
  for (const [uuid, change] of latest) {
    const id = eventIdOf(calendarId, uuid);
    const row = stored.get(id);
    if (change.kind === 'removed') {
      remove(row);
      endedSeries.add(uuid);
    } else if (change.kind === 'unreadable') {
      seen.add(id);
    } else if (change.kind === 'series') {
      // A single event that became a series lives on in its instances.
      remove(row);
      seriesInstances.set(uuid, new Set(change.instances.map((instance) => eventIdOf(calendarId, instance))));
    } else {
      seen.add(id);
      endedSeries.add(uuid);
      const write = planEvent(id, change.event, row, window, volatile);
      if (write) writes.set(id, write);
    }
  }
  const listed = listedSpan(window);
  for (const row of stored.values()) {
    const series = row.series_id ?? '';
    const isMissing = kind === 'listing' || seriesInstances.get(series)?.has(row.id) === false;
    if (endedSeries.has(series) || (isMissing && overlaps(row, listed))) remove(row);
  }
  return [...writes.values()];
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
