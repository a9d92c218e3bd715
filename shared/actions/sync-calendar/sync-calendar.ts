import { shardOf } from '../../domain/identifiers.ts';
import { millisOf, type Timestamp, timestampOf } from '../../domain/timestamp.ts';
import { ProviderError } from '../../providers/provider-error.ts';
import { type LoadedCalendar, loadCalendar } from '../../store/sync-store.ts';
import { obtainAccessToken } from './access-token.ts';
import { commitChanges } from './commit-changes.ts';
import { heedLifecycle, keepChannel } from './keep-channel.ts';
import { publishFacts } from './publish-facts.ts';
import { purgeCalendar } from './purge-calendar.ts';
import { nextListingAt, readChanges } from './read-changes.ts';
import { settleFailure } from './settle-failure.ts';
import type { SyncDeps, SyncOutcome, SyncRequest, SyncRun } from './sync-run.ts';

/** How far clocks of senders and workers may be apart. */
const clockSkewMs = 200;

/** Kept of a function's time for what comes after reading. */
const commitReserveMs = 30_000;

/** Calendars without a push channel are looked at this often. */
const pollIntervalMs = 5 * 60_000;

/**
 * One message of the sync queue: brings a calendar's stored events to where the provider's are, and tells of it. The
 * queue hands out one message per calendar at a time. Any crash in here is made good by the message's next delivery.
 */
export async function syncCalendar(deps: SyncDeps, request: SyncRequest): Promise<SyncOutcome> {
  const loaded = await loadCalendar(deps.table, request.calendar_id);
  if (!loaded) return { kind: 'dropped' };
  if (loaded.calendar.deleted_at) return purgeCalendar(deps, loaded, request);
  // Facts of a run that crashed between its commit and its end.
  await publishFacts(deps, loaded.calendar.id, loaded.outbox);

  const provider = deps.providers[loaded.calendar.platform];
  if (!provider || isNeedless(loaded, request, timestampOf(deps.clock.now()))) return { kind: 'dropped' };
  const { calendar, sync } = loaded;
  const run: SyncRun = { calendar, sync, provider, request, id: deps.newId(), startedAt: deps.clock.stamp() };
  try {
    return await synchronize(deps, run);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { outcome, facts } = await settleFailure(deps, run, error);
    await publishFacts(deps, run.calendar.id, facts);
    return outcome;
  }
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

async function synchronize(deps: SyncDeps, run: SyncRun): Promise<SyncOutcome> {
  await obtainAccessToken(deps, run);
  heedLifecycle(run);
  await keepChannel(deps, run);
  run.startedAt = deps.clock.stamp();
  const { set, writes } = await beforeDeadline(readChanges(deps, run), run.request.remainingMs() - commitReserveMs);
  const learnt = {
    sync_token: set.syncToken,
    sync_shape: run.provider.syncShape,
    time_zone: set.timeZone,
    last_served_at: run.startedAt,
    last_listed_at: set.kind === 'listing' ? run.startedAt : run.sync.last_listed_at,
    not_before: undefined,
    // What the provider refused once may work by now: each daily listing lets the next run ask again.
    ...(set.kind === 'listing' && run.sync.last_listed_at !== undefined && { push_refused_for: undefined }),
  };
  const { facts, done } = await commitChanges(deps, run, writes, { ...learnt, due_at: nextDue(deps, run, learnt) });
  await publishFacts(deps, run.calendar.id, facts);
  deps.logger.info('synced', {
    calendar_id: run.calendar.id,
    sync_id: run.id,
    trigger: run.request.trigger,
    kind: set.kind,
    events_read: set.changes.length,
    skipped: set.skipped,
    written: writes.length,
    done,
  });
  if (done) return { kind: 'ok' };
  await deps.queue.send({ calendar_id: run.calendar.id, trigger: 'continue' }, `continue:${run.id}`);
  return { kind: 'continued' };
}

/**
 * Has the message been served already? What was sent before the last successful sync began to read is in what that sync
 * read. A disconnected calendar waits for a new token: pushes that still come for it cost no provider call.
 */
function isNeedless({ calendar, sync }: LoadedCalendar, { trigger, sentAt }: SyncRequest, now: Timestamp): boolean {
  if (calendar.state === 'disconnected') {
    // Only a PATCH sets the timer of a disconnected calendar.
    if (trigger === 'push' || trigger === 'lifecycle' || (trigger === 'schedule' && !sync.due_at)) return true;
  }
  const isUnasked = trigger === 'push' || trigger === 'schedule';
  if (isUnasked && sync.not_before !== undefined && sync.not_before > now) return true;
  // What a provider says of a channel is served by no reading of events.
  if (trigger === 'lifecycle') return false;
  return sync.last_served_at !== undefined && sentAt + clockSkewMs < millisOf(sync.last_served_at);
}

/** When the calendar wants to be looked at next: a channel to renew, a window to list, or a poll where nobody pushes. */
function nextDue(
  { clock }: SyncDeps,
  { calendar, sync }: SyncRun,
  learnt: { last_listed_at: Timestamp | undefined },
): Timestamp {
  const spread = shardOf(calendar.id, 1000) / 1000;
  const listing = nextListingAt(learnt.last_listed_at ? millisOf(learnt.last_listed_at) : clock.now(), spread);
  const poll = clock.now() + pollIntervalMs;
  const channel = sync.channel?.renew_at ? Math.max(millisOf(sync.channel.renew_at), poll) : poll;
  return timestampOf(Math.min(listing, channel));
}
