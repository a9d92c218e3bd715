import type { ProviderChange, StoredEvent } from '../../domain/calendar-event.ts';
import { eventIdOf } from '../../domain/identifiers.ts';
import { type PlannedWrite, planChanges } from '../../domain/plan-changes.ts';
import { type SyncWindow, syncWindowAt } from '../../domain/sync-window.ts';
import { millisOf, timestampOf } from '../../domain/timestamp.ts';
import type { ChangeSet } from '../../providers/calendar-provider.ts';
import { ProviderError } from '../../providers/provider-error.ts';
import { readStoredEvents, readStoredEventsSince } from '../../store/event-store.ts';
import { withAccessToken } from './access-token.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';

/** After this long a scheduled run lists the window anew: it slides, and nothing of it may be missed for good. */
const listingAgeMs = 20 * 3_600_000;

/** When the window wants to be listed again, spread over four hours so that calendars do not come all at once. */
export const nextListingAt = (lastListedAt: number, spread: number): number =>
  lastListedAt + listingAgeMs + spread * 4 * 3_600_000;

/**
 * Reads what changed at the provider and plans the writes it takes.
 *
 * @throws ProviderError
 */
export async function readChanges(deps: SyncDeps, run: SyncRun): Promise<{ set: ChangeSet; writes: PlannedWrite[] }> {
  const window = syncWindowAt(millisOf(run.startedAt), deps.window);
  const set = await fetchChanges(deps, run, window);
  const stored = await readStored(deps, run, set, window);
  const writes = planChanges({
    calendarId: run.calendar.id,
    changes: set.changes,
    stored,
    window,
    kind: set.kind,
    volatile: run.provider.volatile,
  });
  return { set, writes };
}

async function fetchChanges(deps: SyncDeps, run: SyncRun, window: SyncWindow): Promise<ChangeSet> {
  const fetchFrom = (syncToken: string | null): Promise<ChangeSet> =>
    withAccessToken(deps, run, (token) =>
      run.provider.fetchChanges(token, { calendarUuid: run.calendar.platform_uuid, syncToken, window }),
    );
  const syncToken = usableSyncToken(deps, run);
  if (syncToken === null) return fetchFrom(null);
  try {
    const set = await fetchFrom(syncToken);
    // In another zone every all-day event begins at another instant, though none of them changed.
    return set.timeZone === run.sync.time_zone ? set : await fetchFrom(null);
  } catch (error) {
    if (error instanceof ProviderError && error.verdict.kind === 'resync') return fetchFrom(null);
    throw error;
  }
}

function usableSyncToken({ clock }: SyncDeps, { sync, provider, request }: SyncRun): string | null {
  const { sync_token: token, sync_shape: shape, last_listed_at: listedAt } = sync;
  const listingDue =
    request.trigger === 'schedule' && (!listedAt || listedAt < timestampOf(clock.now() - listingAgeMs));
  return token !== undefined && shape === provider.syncShape && !listingDue ? token : null;
}

/** The stored rows a plan needs: for a delta those it names, for a listing all that end after the window begins. */
async function readStored(
  { table }: SyncDeps,
  { calendar, sync }: SyncRun,
  { kind, changes }: ChangeSet,
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
  // Of a series all instances are needed; and a removed id that is no event of ours may be a series master.
  const needsSeries = changes.some(
    (change) => change.kind === 'series' || (change.kind === 'removed' && !stored.has(idOf(change))),
  );
  return needsSeries ? new Map([...(await listed()), ...stored]) : stored;
}
