import { removeCalendarBots } from '../bots/calendar-bots.ts';
import { purgeChanges } from '../events/change-feed/change-feed-store.ts';
import { purgeEvents } from '../events/event-store.ts';
import { syncTimingMs } from '../platform/timing.ts';
import { beginRun } from './begin-run.ts';
import { stopChannel } from './ensure-channel.ts';
import { purgeStaged } from './staged-page-store.ts';
import { purgeRuns } from './sync-log-store.ts';
import { longGroup } from './sync-queue.ts';
import type { SyncDeps, SyncOutcome, SyncRequest } from './sync-run.ts';
import { deleteCalendarRows, type LoadedCalendar } from './sync-store.ts';

/** A channel that cannot be stopped by then ends by itself. */
const stopAttempts = 6;

/**
 * Removes everything of a deleted calendar: its bots, its push channel at the provider, its events, runs and changes, and
 * its own rows last. The bots are removed here rather than by a message to the bot queue, because their notifications
 * name the calendar, whose row must not be deleted before. Sync state and log name the changes, so only the calendar's own
 * rows are read. A long purge goes on among the long runs of the project.
 */
export async function purgeCalendar(
  deps: SyncDeps,
  loaded: LoadedCalendar,
  request: SyncRequest,
): Promise<SyncOutcome> {
  const { calendar, sync } = loaded;
  const startedAt = performance.now();
  const mayGoOn = (): boolean =>
    request.remainingMs() > syncTimingMs.purgeReserve &&
    (request.isLong === true || performance.now() - startedAt < syncTimingMs.shortPurge);
  const areBotsGone = await removeCalendarBots(deps, calendar, { reason: 'calendar_deleted', park: false, mayGoOn });
  const { channel } = sync.push;
  if (channel.kind === 'live') {
    const { isRetryable } = await stopChannel(deps, beginRun(deps, loaded, request), sync, channel);
    if (isRetryable && request.attempt < stopAttempts) return { kind: 'retry', delayMs: 2 ** request.attempt * 1000 };
  }
  const { id, project_id: project } = calendar;
  const isEmpty =
    areBotsGone &&
    (await purgeEvents(deps.table, project, id, mayGoOn)) &&
    (await purgeRuns(deps.table, calendar, mayGoOn)) &&
    (await purgeChanges(deps.table, calendar, sync.commits ?? [], mayGoOn)) &&
    (await purgeStaged(deps.table, id, mayGoOn));
  if (!isEmpty) {
    const group = longGroup(project, id, deps.longGroups);
    const message = { calendar_id: id, trigger: 'delete' as const };
    await deps.queues[calendar.platform].sendLong(message, group, `continue:${deps.newId()}`);
    return { kind: 'continued' };
  }
  await deleteCalendarRows(deps.table, loaded);
  return { kind: 'purged' };
}
