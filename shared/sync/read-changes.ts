import type { ProviderChange, StoredEvent } from '../events/calendar-event.ts';
import { readStoredEvents, readStoredEventsSince } from '../events/stored-event-store.ts';
import { eventIdOf } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { millisOf } from '../platform/timestamp.ts';
import type { ChangeSet } from '../providers/calendar-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { allChanges, type ReadCalendar, timeIn } from './compare-changes.ts';
import { isListingDue } from './listing-due.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';
import { listedSpan, type SyncWindow, syncWindowAt } from './sync-window.ts';

/**
 * Reads the changes at the provider, and the stored rows they are compared with.
 *
 * @throws ProviderError
 */
export async function readChanges(
  deps: SyncDeps,
  run: SyncRun,
  state: SyncState,
  startedAt: Timestamp,
): Promise<ReadCalendar> {
  const span = syncWindowAt(millisOf(startedAt), run.window);
  const fetched = await fetchChanges(deps, run, state, span);
  const stored = await readStored(deps, run, state, {
    kind: fetched.set.kind,
    changes: allChanges(fetched),
    from: span.start,
  });
  return { startedAt, span, stored, ...fetched };
}

async function fetchChanges(
  { clock }: SyncDeps,
  { calendar, provider, request, tokens, window: days }: SyncRun,
  state: SyncState,
  span: SyncWindow,
): Promise<Pick<ReadCalendar, 'set' | 'delta'>> {
  const fetchFrom = (syncToken: string | null): Promise<ChangeSet> =>
    tokens.use((accessToken) =>
      provider.fetchChanges(accessToken, {
        calendarUuid: calendar.platform_uuid,
        syncToken,
        span: listedSpan(span),
      }),
    );
  const { sync_token: token } = state;
  if (!token || token.shape !== provider.syncShape) return { set: await fetchFrom(null), delta: null };
  // The listing first: whatever differs in it has happened by then, so the delta after it must report it.
  const isDue = isListingDue(state, request.trigger, { span, days, now: clock.now() });
  const listing = isDue ? await fetchFrom(null) : null;
  try {
    const delta = await fetchFrom(token.value);
    if (listing) return { set: listing, delta: delta.changes };
    // In another zone every all-day event begins at another instant, though no change reports it.
    return { set: delta.timeZone === token.time_zone ? delta : await fetchFrom(null), delta: null };
  } catch (error) {
    if (!(error instanceof ProviderError && error.verdict.kind === 'resync')) throw error;
    return { set: listing ?? (await fetchFrom(null)), delta: null };
  }
}

/** The stored rows a plan needs: for a delta those it names, for a listing all that end after the window begins. */
async function readStored(
  { table }: SyncDeps,
  { calendar, provider }: SyncRun,
  { listing }: SyncState,
  { kind, changes, from }: Pick<ChangeSet, 'kind' | 'changes'> & { from: Timestamp },
): Promise<Map<string, StoredEvent>> {
  const idOf = (change: ProviderChange): string =>
    eventIdOf(calendar.id, change.kind === 'event' ? change.event.platform_uuid : change.platform_uuid);
  const ids = new Set(changes.map(idOf));
  const readListed = (): Promise<Map<string, StoredEvent>> =>
    readStoredEventsSince(table, calendar.project_id, calendar.id, from);
  const readById = (wanted: string[]): Promise<Map<string, StoredEvent>> =>
    readStoredEvents(table, calendar.project_id, calendar.id, wanted);

  if (kind === 'listing') {
    const stored = await readListed();
    // A known event can come back into the window from its past. Before the first listing no event is known.
    const unknown = listing ? [...ids].filter((id) => !stored.has(id)) : [];
    return new Map([...(await readById(unknown)), ...stored]);
  }
  const stored = await readById([...ids]);
  // A series needs all its instances. A removed id that is unknown may be a series master, and so may be an unknown event
  // that is older than the last listing.
  const mayBeSeries = (change: ProviderChange): boolean =>
    change.kind === 'removed' ||
    (change.kind === 'event' && (timeIn(change.event, provider.createdField) ?? '~') < (listing?.at ?? ''));
  const needsSeries = changes.some(
    (change) => change.kind === 'series' || (mayBeSeries(change) && !stored.has(idOf(change))),
  );
  return needsSeries ? new Map([...(await readListed()), ...stored]) : stored;
}
