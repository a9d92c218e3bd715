import type { EventContent, ProviderChange, StoredEvent } from '../events/calendar-event.ts';
import { readStoredEvents, readStoredEventsSince } from '../events/event-store.ts';
import { eventIdOf } from '../platform/ids.ts';
import { millisOf, parseTimestamp, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import type { ChangeSet } from '../providers/calendar-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { withAccessToken } from './access-token.ts';
import { isListingDue, windowName, windowOf } from './listing-due.ts';
import { isVisible, type PlannedWrite, planChanges, type VisibleWrite } from './plan-changes.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import { listedSpan, type SyncWindow, syncWindowAt } from './sync-window.ts';

export interface ReadChanges {
  set: ChangeSet;
  writes: PlannedWrite[];
  window: SyncWindow;
  /** What was compared; after a listing all that is stored of the window and ahead of it. */
  stored: ReadonlyMap<string, StoredEvent>;
  /** What users see of the changes the provider told of, whoever asked. */
  told: VisibleWrite[];
  /** How many of those were made long enough ago for their notification to have come. */
  unpushed: number;
}

/** A notification takes seconds; one that takes longer than this is late. */
const pushPatienceMs = 60_000;

/**
 * Reads what changed at the provider and plans the writes it takes. A daily listing is an audit as well: what it has to
 * correct though no change since the last run tells of it is drift, counted for the sync log.
 *
 * @throws ProviderError
 */
export async function readChanges(deps: SyncDeps, run: SyncRun): Promise<ReadChanges> {
  const window = syncWindowAt(millisOf(run.startedAt), windowOf(deps, run.calendar));
  const { set, told } = await fetchChanges(deps, run, window);
  // Where both speak of an event, the listing counts: the next delta begins with it.
  const changes = [...(told ?? []), ...set.changes];
  const stored = await readStored(deps, run, { kind: set.kind, changes }, window);
  const plan = (those: ProviderChange[], kind: ChangeSet['kind']): PlannedWrite[] =>
    planChanges({ calendarId: run.calendar.id, changes: those, stored, window, kind, volatile: run.provider.volatile });

  const writes = plan(changes, set.kind);
  const expected = set.kind === 'delta' ? writes : told ? plan(told, 'delta') : [];
  run.tally.events_read += changes.length;
  run.tally.skipped += set.skipped;
  if (told && isComparable(deps, run, set)) run.tally.drift += countDrift(run, stored, writes, expected);
  const seen = expected.filter(isVisible);
  return { set, writes, window, stored, told: seen, unpushed: seen.filter((write) => isLate(deps, run, write)).length };
}

/** @returns the changes to plan, and with a listing those that the delta before it would have told */
async function fetchChanges(
  deps: SyncDeps,
  run: SyncRun,
  window: SyncWindow,
): Promise<{ set: ChangeSet; told?: ProviderChange[] }> {
  const span = listedSpan(window);
  const fetchFrom = (syncToken: string | null): Promise<ChangeSet> =>
    withAccessToken(deps, run, (token) =>
      run.provider.fetchChanges(token, { calendarUuid: run.calendar.platform_uuid, syncToken, span }),
    );
  const { sync_token: token, sync_shape: shape, time_zone: zone } = run.sync;
  if (token === undefined || shape !== run.provider.syncShape) return { set: await fetchFrom(null) };
  // The listing first: whatever differs in it has happened by then, so the delta after it must tell of it.
  const listing = isListingDue(deps, run, window) ? await fetchFrom(null) : null;
  try {
    const delta = await fetchFrom(token);
    if (listing) return { set: listing, told: delta.changes };
    // In another zone every all-day event begins at another instant, though none of them changed.
    return { set: delta.timeZone === zone ? delta : await fetchFrom(null) };
  } catch (error) {
    if (!(error instanceof ProviderError && error.verdict.kind === 'resync')) throw error;
    return { set: listing ?? (await fetchFrom(null)) };
  }
}

/** The stored rows a plan needs: for a delta those it names, for a listing all that end after the window begins. */
async function readStored(
  { table }: SyncDeps,
  { calendar, sync, provider }: SyncRun,
  { kind, changes }: Pick<ChangeSet, 'kind' | 'changes'>,
  window: SyncWindow,
): Promise<Map<string, StoredEvent>> {
  const idOf = (change: ProviderChange): string =>
    eventIdOf(calendar.id, change.kind === 'event' ? change.event.platform_uuid : change.platform_uuid);
  const ids = new Set(changes.map(idOf));
  const listed = (): Promise<Map<string, StoredEvent>> =>
    readStoredEventsSince(table, calendar.project_id, calendar.id, window.start);
  const byId = (wanted: string[]): Promise<Map<string, StoredEvent>> =>
    readStoredEvents(table, calendar.project_id, calendar.id, wanted);

  if (kind === 'listing') {
    const stored = await listed();
    // A known event can come back into the window from its past; on the first listing nothing is known.
    const unknown = sync.last_listed_at ? [...ids].filter((id) => !stored.has(id)) : [];
    return new Map([...(await byId(unknown)), ...stored]);
  }
  const stored = await byId([...ids]);
  // Of a series all instances are needed; and a removed id that is no event of ours may be a series master, as may be an
  // event that is older than the last listing and yet unknown.
  const mayBeSeries = (change: ProviderChange): boolean =>
    change.kind === 'removed' ||
    (change.kind === 'event' && (timeIn(change.event, provider.createdField) ?? '~') < (sync.last_listed_at ?? ''));
  const needsSeries = changes.some(
    (change) => change.kind === 'series' || (mayBeSeries(change) && !stored.has(idOf(change))),
  );
  return needsSeries ? new Map([...(await listed()), ...stored]) : stored;
}

/** Was the last listing of the same window, and in the same zone? */
const isComparable = (deps: SyncDeps, { calendar, sync }: SyncRun, { timeZone }: ChangeSet): boolean =>
  sync.listed_window === windowName(windowOf(deps, calendar)) && sync.time_zone === timeZone;

/**
 * Corrections that no change accounts for. Neither is one that the window has just come to: an event stored ahead of it,
 * or one that begins where the last listing did not look.
 */
function countDrift(
  { sync }: SyncRun,
  stored: ReadonlyMap<string, StoredEvent>,
  writes: PlannedWrite[],
  expected: PlannedWrite[],
): number {
  const told = new Set(expected.map(({ id }) => id));
  const isReached = (write: PlannedWrite): boolean =>
    (write.type === 'created' || write.type === 'held') &&
    (stored.get(write.id)?.content_hash === write.content_hash ||
      write.content.start_time >= (sync.listed_until ?? ''));
  return writes.filter((write) => !told.has(write.id) && !isReached(write)).length;
}

/** Should somebody have pushed this by now? Of a deletion nobody knows when it was. */
function isLate({ clock }: SyncDeps, { provider }: SyncRun, write: VisibleWrite): boolean {
  const modified = write.type === 'deleted' ? null : timeIn(write.content, provider.modifiedField);
  return modified === null || modified < timestampOf(clock.now() - pushPatienceMs);
}

/** A time that the provider says of an event. */
export const timeIn = ({ raw }: EventContent, field: string): Timestamp | null => {
  const text = raw[field];
  return typeof text === 'string' ? parseTimestamp(text) : null;
};
