import { isLimiting } from '../content-policy/content-policy.ts';
import type { ProviderChange, StoredEvent } from '../events/calendar-event.ts';
import { readStoredEvents, readStoredEventsSince } from '../events/stored-event-store.ts';
import { type EventId, eventIdOf } from '../platform/ids.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import type { ChangeSet } from '../providers/calendar-provider.ts';
import type { ProviderError } from '../providers/provider-error.ts';
import { allChanges, type ReadCalendar, timeIn } from './compare-changes.ts';
import { openDoubts, uuidOf } from './doubts.ts';
import { fetchChanges } from './fetch-changes.ts';
import { lookUpDoubts } from './look-up-doubts.ts';
import { type Plan, planChanges } from './plan-changes.ts';
import { isTime, type ReadingState } from './reading-state.ts';
import { rememberReading } from './remember-reading.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';
import { syncWindowAt } from './sync-window.ts';
import { withMeetingHosts } from './with-meeting-hosts.ts';
import { withOwner } from './with-owner.ts';

/** What was read, or why nothing was. */
export type ReadOutcome =
  | { kind: 'read'; read: ReadCalendar }
  | { kind: 'failed'; fault: ProviderError; reading: ReadingState }
  /** Another run goes on. */
  | { kind: 'unfinished'; reading: ReadingState };

/**
 * Reads the changes at the provider, and the stored rows they are compared with. Events that may be deleted are looked up.
 */
export async function readChanges(deps: SyncDeps, run: SyncRun, state: SyncState, at: Timestamp): Promise<ReadOutcome> {
  const { calendar, provider, policy, hosts } = run;
  const present = { startedAt: at, span: syncWindowAt(millisOf(at), run.window) };
  const fetched = await fetchChanges(deps, run, state, present);
  if (fetched.kind !== 'read') return fetched;

  const { about } = fetched;
  // Where a policy limits the events, their links are found before.
  const linked = async (found: ProviderChange[]): Promise<ProviderChange[]> =>
    withOwner(isLimiting(policy) ? found : await withMeetingHosts(found, hosts.read), calendar);
  const set = { ...fetched.set, changes: await linked(fetched.set.changes) };
  const delta = fetched.delta && (await linked(fetched.delta));
  const { startedAt, span } = about;
  const changes = allChanges({ set, delta, confirmed: [] });
  const { doubted } = state.reading;
  const former = isTime(doubted, timestampOf(deps.clock.now())) ? (doubted?.ids ?? []) : [];
  const { stored, rows } = await readStored(deps, run, state, { kind: set.kind, changes, former, from: span.start });
  const planOf = (all: ProviderChange[]): Plan =>
    planChanges({
      calendarId: calendar.id,
      changes: all,
      stored,
      window: span,
      kind: set.kind,
      volatile: provider.volatile,
    });
  const first = planOf(changes);
  const doubts = openDoubts(first, { calendarId: calendar.id, changes, stored, former });
  const looked = await lookUpDoubts(deps, run, state, { doubts, changes, set, span });
  const answers = await linked(looked.answers);
  const plan = answers.length > 0 ? planOf(allChanges({ set, delta, confirmed: answers })) : first;
  const reading = rememberReading(fetched.reading, { set, looked }, deps.clock.now());
  return { kind: 'read', read: { startedAt, span, stored, rows, set, delta, confirmed: answers, plan, reading } };
}

/** The stored rows a plan needs: for a delta those it names, for a listing all that end after the window begins. */
async function readStored(
  { table }: SyncDeps,
  { calendar, provider }: SyncRun,
  { listing }: Pick<SyncState, 'listing'>,
  { kind, changes, former, from }: Pick<ChangeSet, 'kind' | 'changes'> & { former: EventId[]; from: Timestamp },
): Promise<Pick<ReadCalendar, 'stored' | 'rows'>> {
  const idOf = (change: ProviderChange): string => eventIdOf(calendar.id, uuidOf(change));
  const ids = new Set([...changes.map(idOf), ...former]);
  const readListed = (): Promise<Map<string, StoredEvent>> =>
    readStoredEventsSince(table, calendar.project_id, calendar.id, from);
  const readById = (wanted: string[]): ReturnType<typeof readStoredEvents> =>
    readStoredEvents(table, calendar.project_id, calendar.id, wanted);

  if (kind === 'listing') {
    const listed = await readListed();
    // A known event can come back into the window from its past. Before the first listing no event is known.
    const unknown = listing ? [...ids].filter((id) => !listed.has(id)) : [];
    const { stored, rows } = await readById(unknown);
    return { stored: new Map([...stored, ...listed]), rows };
  }
  const { stored, rows } = await readById([...ids]);
  // A series needs all its instances. A removed id that is unknown may be a series master, and so may be an unknown event
  // that is older than the last listing.
  const mayBeSeries = (change: ProviderChange): boolean =>
    (change.kind === 'removed' && change.rest === undefined) ||
    (change.kind === 'event' && (timeIn(change.event, provider.createdField) ?? '~') < (listing?.at ?? ''));
  const needsSeries = changes.some(
    (change) =>
      change.kind === 'series' || change.kind === 'suspect' || (mayBeSeries(change) && !stored.has(idOf(change))),
  );
  return { stored: needsSeries ? new Map([...(await readListed()), ...stored]) : stored, rows };
}
