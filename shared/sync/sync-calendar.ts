import { calendarOutbox } from '../calendars/calendar-row.ts';
import { publishOutbox } from '../notifications/publish-outbox.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { countRequests } from '../providers/count-requests.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { obtainAccessToken } from './access-token.ts';
import { isPushJudged, judgePush } from './assess-push.ts';
import { commitChanges } from './commit-changes.ts';
import { settleFailure } from './failures.ts';
import { isListingDue, windowName, windowOf } from './listing-due.ts';
import { nextRevealAfterDelta, nextRevealAfterListing, revealEvents } from './lookahead.ts';
import { isAboutRevealsAlone, isNeedless, isReached } from './needs.ts';
import { nextDue } from './next-due.ts';
import type { PlannedWrite, VisibleWrite } from './plan-changes.ts';
import { purgeCalendar } from './purge-calendar.ts';
import { heedLifecycle, heedNotification, keepChannel } from './push-channel.ts';
import { type ReadChanges, readChanges, timeIn } from './read-changes.ts';
import { settleBots } from './reconcile-bots.ts';
import { beginRun, type SyncDeps, type SyncOutcome, type SyncRequest, type SyncRun } from './sync-run.ts';
import { loadCalendar } from './sync-store.ts';
import { syncWindowAt } from './sync-window.ts';

/** Kept of a function's time for what comes after reading. */
const commitReserveMs = 30_000;

/** A run that lists the window renews a channel whose time comes before the next listing. */
const renewAheadMs = 86_400_000;

/**
 * One message of the sync queue: brings a calendar's stored events to where the provider's are, and tells of it. The
 * queue hands out one message per calendar at a time. Any crash in here is made good by the message's next delivery.
 */
export async function syncCalendar(deps: SyncDeps, request: SyncRequest): Promise<SyncOutcome> {
  const loaded = await loadCalendar(deps.table, request.calendar_id);
  if (!loaded) return { kind: 'dropped' };
  if (loaded.calendar.deleted_at) return purgeCalendar(deps, loaded, request);
  // Notifications of a run that crashed between its commit and its end.
  await publishOutbox(deps, calendarOutbox(loaded.calendar.id), loaded.outbox);

  const bots = await settleBots(deps, { ...loaded, request });
  if (!bots.done) return { kind: 'continued' };
  loaded.sync = bots.sync;

  const provider = deps.providers[loaded.calendar.platform];
  if (!provider || isNeedless(loaded, request, timestampOf(deps.clock.now()))) return { kind: 'dropped' };
  const run = beginRun(deps, { calendar: loaded.calendar, sync: loaded.sync, provider, request });
  return countRequests(run.tally, () => work(deps, run));
}

async function work(deps: SyncDeps, run: SyncRun): Promise<SyncOutcome> {
  try {
    return isAboutRevealsAlone(deps, run) ? await reveal(deps, run) : await synchronize(deps, run);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { outcome, notifications } = await settleFailure(deps, run, error);
    await publishOutbox(deps, calendarOutbox(run.calendar.id), notifications);
    run.sync = (await settleBots(deps, run)).sync;
    return outcome;
  }
}

/** Shows what the window has reached; the provider is not asked. */
async function reveal(deps: SyncDeps, run: SyncRun): Promise<SyncOutcome> {
  const { writes, next } = await revealEvents(deps, run);
  const learnt = { reveal_at: next };
  return settle(deps, run, writes, { ...learnt, due_at: nextDue(deps, run, learnt) }, 'reveal');
}

async function synchronize(deps: SyncDeps, run: SyncRun): Promise<SyncOutcome> {
  const { calendar } = run;
  const isJudge = isPushJudged(run, timestampOf(deps.clock.now()));
  await obtainAccessToken(deps, run);
  heedLifecycle(run);
  await heedNotification(deps, run);
  const window = syncWindowAt(deps.clock.now(), windowOf(deps, calendar));
  await keepChannel(deps, run, isListingDue(deps, run, window) ? renewAheadMs : 0);
  run.startedAt = deps.clock.stamp();
  const reached = isReached(deps, run) ? await revealEvents(deps, run) : null;
  const read = await beforeDeadline(readChanges(deps, run), run.request.remainingMs() - commitReserveMs);
  if (isJudge) await judgePush(deps, run, read);

  const planned = new Set(read.writes.map(({ id }) => id));
  const writes = [...(reached?.writes ?? []).filter(({ id }) => !planned.has(id)), ...read.writes];
  const learnt = { ...learntFrom(deps, run, read), reveal_at: nextReveal(deps, run, read, reached) };
  return settle(deps, run, writes, { ...learnt, due_at: nextDue(deps, run, learnt) }, read.set.kind);
}

function learntFrom(deps: SyncDeps, run: SyncRun, { set, window, told }: ReadChanges) {
  const isListing = set.kind === 'listing';
  return {
    sync_token: set.syncToken,
    sync_shape: run.provider.syncShape,
    time_zone: set.timeZone,
    last_served_at: run.startedAt,
    last_listed_at: run.sync.last_listed_at,
    not_before: undefined,
    ...(isListing && {
      last_listed_at: run.startedAt,
      listed_window: windowName(windowOf(deps, run.calendar)),
      listed_until: window.horizon,
    }),
    ...(set.kind === 'delta' && told.length > 0 && { last_change_lag_ms: lagOf(deps, run, told) }),
    // What the provider refused once may work by now: each daily listing lets the next run ask again.
    ...(isListing && run.sync.last_listed_at !== undefined && { push_refused_for: undefined }),
  };
}

/** Since the last change at the provider, or, where it does not say when that was, since the notification. */
function lagOf({ clock }: SyncDeps, { provider, request }: SyncRun, told: VisibleWrite[]): number {
  const times = told.flatMap((write) =>
    write.type === 'deleted' ? [] : (timeIn(write.content, provider.modifiedField) ?? []),
  );
  const last = times.sort().at(-1);
  return Math.max(0, clock.now() - (last ? millisOf(last) : request.sentAt));
}

const nextReveal = (
  deps: SyncDeps,
  run: SyncRun,
  read: ReadChanges,
  reached: { next: Timestamp | undefined } | null,
): Timestamp | undefined =>
  read.set.kind === 'listing'
    ? nextRevealAfterListing(deps, run, read)
    : nextRevealAfterDelta(
        deps,
        { ...run, sync: { ...run.sync, ...(reached && { reveal_at: reached.next }) } },
        read.writes,
      );

/** Commits, publishes, and goes on in another run when time has run out. */
async function settle(
  deps: SyncDeps,
  run: SyncRun,
  writes: PlannedWrite[],
  learnt: Partial<SyncRun['sync']>,
  kind: 'listing' | 'delta' | 'reveal',
): Promise<SyncOutcome> {
  const { notifications, done } = await commitChanges(deps, run, writes, { learnt, isContact: kind !== 'reveal' });
  await publishOutbox(deps, calendarOutbox(run.calendar.id), notifications);
  run.sync = (await settleBots(deps, run)).sync;
  deps.logger.info('synced', {
    calendar_id: run.calendar.id,
    sync_id: run.id,
    trigger: run.request.trigger,
    kind,
    written: writes.length,
    done,
    ...run.tally,
  });
  if (done) return { kind: 'ok' };
  await deps.queue.send({ calendar_id: run.calendar.id, trigger: run.request.trigger }, `continue:${run.id}`);
  return { kind: 'continued' };
}

/** What a provider has not answered by then is asked for again by the message's next delivery. */
async function beforeDeadline<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new ProviderError({ kind: 'retry' }, 'out_of_time', 'the provider is too slow')),
      Math.max(0, ms),
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
