import type { ContentPolicy } from '../content-policy/content-policy.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { countRequests, requestsWithin } from '../providers/request-scope.ts';
import { deleteAccessToken } from './access-token-store.ts';
import { applyFailure } from './apply-failure.ts';
import { assessPush, canAssessPush, type Findings } from './assess-push.ts';
import { beginRun } from './begin-run.ts';
import { noteSuccess } from './client-standing-store.ts';
import { commitChanges } from './commit-changes.ts';
import { allChanges, compareChanges, type ReadCalendar } from './compare-changes.ts';
import { decideLookahead, decideSync, type SyncDecision } from './decide-sync.ts';
import { describeCalendar } from './describe-calendar.ts';
import { applyPush, ensureChannel, replaceSilentChannel } from './ensure-channel.ts';
import { isListingDue, policyOfWindow } from './listing-due.ts';
import { isLongRun } from './long-run.ts';
import { isLookaheadDue, isNeedless, needsLookaheadOnly } from './needs.ts';
import { OvertakenRun } from './overtaken-run.ts';
import { purgeCalendar } from './purge-calendar.ts';
import { isUnrequested } from './push-channel.ts';
import { readChanges } from './read-changes.ts';
import { readReachedEvents } from './read-reached-events.ts';
import { recordRun } from './record-run.ts';
import { recordUnexpected } from './record-unexpected.ts';
import { requestLook } from './request-look.ts';
import { openHosts, type RunHosts } from './run-hosts.ts';
import { saveState } from './save-state.ts';
import { sendCalendarOutbox } from './send-calendar-outbox.ts';
import { purgeStaged } from './staged-page-store.ts';
import { sweepContent } from './sweep-content.ts';
import { noCounts, type RunCounts } from './sync-log-entry.ts';
import { longGroup } from './sync-queue.ts';
import type { SyncDeps, SyncOutcome, SyncRequest, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';
import { type LoadedCalendar, loadCalendar } from './sync-store.ts';
import { syncWindowAt } from './sync-window.ts';

/**
 * Works one message of the sync queue: makes a calendar's stored events equal to the provider's, and announces the
 * changes. The queue delivers one message of a calendar at a time. After a crash at any point the next delivery of the
 * message completes the work.
 */
export async function syncCalendar(deps: SyncDeps, received: SyncRequest): Promise<SyncOutcome> {
  const request = withShortTime(received);
  const stored = await loadCalendar(deps.table, request.calendar_id);
  if (!stored) return { kind: 'dropped' };
  const { calendar } = stored;
  if (calendar.deleted_at) return purgeCalendar(deps, stored, received);
  // Entries of a run that crashed between its commit and its end.
  const pending = { sync: stored.sync, rows: stored.outbox, log: stored.log };
  const loaded = { ...stored, sync: await sendCalendarOutbox(deps, calendar, pending, () => hasTime(request)) };
  if (isNeedless(loaded, request, timestampOf(deps.clock.now()))) return { kind: 'dropped' };

  const run = beginRun(deps, loaded, request, await readProjectContent(deps, loaded, request));
  try {
    return await countRequests(run.requests, () => {
      const now = deps.clock.now();
      if (needsLookaheadOnly(run, loaded.sync, now)) return createReachedEvents(deps, run, loaded.sync);
      const isLong = !received.isLong && isLongRun(run, loaded.sync, now);
      return isLong
        ? synchronizeLong(deps, { ...run, request: received }, loaded.sync)
        : synchronize(deps, run, loaded.sync);
    });
  } catch (error) {
    if (error instanceof OvertakenRun) {
      deps.logger.info('run overtaken', { calendar_id: calendar.id, sync_id: run.id });
      // It may be a token of the grant that was replaced meanwhile.
      if (run.tokens.wasRefreshed()) await deleteAccessToken(deps.table, calendar.id);
      return { kind: 'retry', delayMs: overtakenPauseMs };
    }
    await recordUnexpected(deps, request, error);
    throw error;
  }
}

/**
 * The settings of the project that count for its events. Pushes and timers come often, and may work with what the process
 * remembers, if the calendar was listed with it. Requests of users may not.
 */
async function readProjectContent(
  deps: SyncDeps,
  { calendar, sync }: LoadedCalendar,
  { trigger }: SyncRequest,
): Promise<{ policy: ContentPolicy; hosts: RunHosts }> {
  const listed = sync.listing && isUnrequested(trigger) ? sync.listing.window : null;
  const policy = await deps.findContentPolicy(calendar.project_id, listed && policyOfWindow(listed));
  return { policy, hosts: await openHosts(deps.findMeetingHosts, calendar.project_id, listed) };
}

/** Most runs are over in a second. One that is not goes on in another message. */
function withShortTime(request: SyncRequest): SyncRequest {
  if (request.isLong) return request;
  const startedAt = performance.now();
  const left = (): number => syncTimingMs.shortRun - (performance.now() - startedAt);
  return { ...request, remainingMs: () => Math.min(request.remainingMs(), left()) };
}

/** A long run needs a lease of its project. Without one the message waits among the long runs of the project. */
async function synchronizeLong(deps: SyncDeps, run: SyncRun, loaded: SyncState): Promise<SyncOutcome> {
  const { id, platform, project_id: project } = run.calendar;
  const lease = await deps.shares[platform].acquire(project);
  if (!lease) {
    const { sentAt: _sent, attempt: _attempt, remainingMs: _remaining, isLong: _long, ...message } = run.request;
    await deps.queues[platform].sendLong(message, longGroup(project, id, deps.longGroups), `long:${run.id}`);
    return { kind: 'moved' };
  }
  try {
    return await synchronize(deps, run, loaded);
  } finally {
    await deps.shares[platform].release(lease);
  }
}

/** A run that was overtaken begins again after this pause. */
const overtakenPauseMs = 1_000;

/** Is there time to publish another ten notifications? */
const hasTime = ({ remainingMs }: SyncRequest): boolean => remainingMs() > syncTimingMs.outboxReserve;

/** Creates the prefetched events that the window has reached. The provider is not asked. */
async function createReachedEvents(deps: SyncDeps, run: SyncRun, state: SyncState): Promise<SyncOutcome> {
  const reached = await readReachedEvents(deps, run);
  const decision = decideLookahead(state, reached, { calendarId: run.calendar.id, now: deps.clock.now() });
  return complete(deps, run, state, { decision, counts: noCounts, kind: 'lookahead', rows: new Map() });
}

/** Prepares the calendar's channel, reads the provider, decides, and commits the decision. */
async function synchronize(deps: SyncDeps, begun: SyncRun, loaded: SyncState): Promise<SyncOutcome> {
  const canAssess = canAssessPush(begun, loaded, timestampOf(deps.clock.now()));
  const token = await orFault(begun.tokens.obtain());
  if (token instanceof ProviderError) return applyFailure(deps, begun, loaded, { fault: token, counts: noCounts });
  const state = await prepareChannel(deps, begun, loaded);
  const run = await describeCalendar(deps, begun, state);

  const startedAt = deps.clock.stamp();
  const isDue = isLookaheadDue(state, timestampOf(deps.clock.now()));
  const reached = isDue ? await readReachedEvents(deps, run) : null;
  const timeToRead = run.request.remainingMs() - syncTimingMs.readReserve;
  const outcome = await requestsWithin(timeToRead, () => readChanges(deps, run, state, startedAt));
  if (outcome.kind === 'failed') {
    const { fault, reading } = outcome;
    return applyFailure(deps, run, { ...state, reading }, { fault, counts: noCounts });
  }
  if (outcome.kind === 'unfinished') return continueReading(deps, run, { ...state, reading: outcome.reading });
  const { read } = outcome;

  const { provider, window: days, calendar } = run;
  const about = { calendarId: calendar.id, state, days, provider, now: deps.clock.now() };
  const comparison = compareChanges(read, about);
  const counts = countsOf(read, comparison.drift);
  const { reported, unpushed } = comparison;
  const findings = { kind: read.set.kind, reported: reported.length, unpushed };
  const assessed = canAssess ? await applyAssessment(deps, run, state, findings) : state;
  const decided = decideSync(
    assessed,
    { read, comparison, reached },
    {
      calendarId: calendar.id,
      calendarVersion: calendar.updated_at,
      window: { ...days, hosts: run.hosts.version() },
      provider,
      trigger: run.request.trigger,
      sentAt: run.request.sentAt,
      now: deps.clock.now(),
    },
  );
  const decision = await sweepContent(deps, run, assessed, decided);
  return complete(deps, run, assessed, { decision, counts, kind: read.set.kind, rows: read.rows });
}

/** Applies what the message says about channels, and makes sure that a live one exists. */
async function prepareChannel(deps: SyncDeps, run: SyncRun, loaded: SyncState): Promise<SyncState> {
  const state = await applyPush(deps, run, loaded);
  const now = deps.clock.now();
  const { window: days, request } = run;
  // A run that lists the window renews a channel that would be due before the next listing.
  const lists = isListingDue(state, request.trigger, { span: syncWindowAt(now, days), days, now });
  return ensureChannel(deps, run, state, lists ? syncTimingMs.renewalWithListing : 0);
}

async function applyAssessment(
  deps: SyncDeps,
  run: SyncRun,
  before: SyncState,
  findings: Findings,
): Promise<SyncState> {
  const { silent_since, replaces } = assessPush(before.push, findings, deps.clock.now());
  const state = { ...before, push: { ...before.push, silent_since } };
  return replaces ? replaceSilentChannel(deps, run, state) : state;
}

const countsOf = ({ set, delta, confirmed }: ReadCalendar, drift: number): RunCounts => ({
  ...noCounts,
  events_read: allChanges({ set, delta, confirmed }).length,
  skipped: set.skipped,
  drift,
});

/** Commits the decision, publishes what it announces, and goes on in another run when time has run out. */
async function complete(
  deps: SyncDeps,
  run: SyncRun,
  state: SyncState,
  {
    decision,
    counts,
    kind,
    rows,
  }: { decision: SyncDecision; counts: RunCounts; kind: 'listing' | 'delta' | 'lookahead' } & Pick<
    ReadCalendar,
    'rows'
  >,
): Promise<SyncOutcome> {
  const isContact = kind !== 'lookahead';
  const committed = await commitChanges(deps, run, state, { decision, counts, isContact, rows });
  const pending = { sync: committed.state, rows: committed.botOutbox, log: run.log };
  await sendCalendarOutbox(deps, committed.calendar, pending, () => hasTime(run.request));
  const { id: calendar_id } = run.calendar;
  deps.logger.info('synced', {
    calendar_id,
    sync_id: run.id,
    trigger: run.request.trigger,
    kind,
    written: decision.writes.length,
    done: committed.isDone,
    ...run.requests,
    ...committed.counts,
  });
  // With each fresh token, about once an hour, the OAuth client of the calendar proves that it is in order.
  if (run.tokens.wasRefreshed()) await noteSuccess(deps.table, run.calendar, deps.clock.now());
  if (!committed.isDone || decision.state.swept?.from !== undefined) return goOn(deps, run);
  await requestLook(deps, run, { before: state, after: decision.state });
  // What is left of it expires.
  if (state.reading.unfinished) await purgeStaged(deps.table, calendar_id, () => run.request.remainingMs() > 0);
  return { kind: 'ok' };
}

/** Stores how far a reading has come that is longer than the run. Nothing of it is committed before its end. */
async function continueReading(deps: SyncDeps, run: SyncRun, state: SyncState): Promise<SyncOutcome> {
  const now = deps.clock.now();
  const logged = await recordRun(deps, run, state, { outcome: 'ok', counts: noCounts });
  const rescue = timestampOf(now + syncTimingMs.timerLease);
  const due_at = state.due_at !== undefined && state.due_at < rescue ? state.due_at : rescue;
  await saveState(deps, run, { ...state, ...logged, due_at, last_attempted_sync_at: deps.clock.stamp() });
  const { pages = 0 } = state.reading.unfinished ?? {};
  deps.logger.info('reading goes on', { calendar_id: run.calendar.id, sync_id: run.id, pages, ...run.requests });
  return goOn(deps, run);
}

/** Asks for another run. */
async function goOn({ queues }: SyncDeps, { id, calendar, request }: SyncRun): Promise<SyncOutcome> {
  await queues[calendar.platform].send({ calendar_id: calendar.id, trigger: request.trigger }, `continue:${id}`);
  return { kind: 'continued' };
}

/** The result of provider calls, or the provider's error. Every other error is thrown. */
async function orFault<Result>(work: Promise<Result>): Promise<Result | ProviderError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}
