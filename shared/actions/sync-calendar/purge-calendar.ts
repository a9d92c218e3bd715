import { purgeEvents } from '../../store/event-store.ts';
import { deleteCalendarRows, type LoadedCalendar } from '../../store/sync-store.ts';
import { stopChannel } from './keep-channel.ts';
import type { SyncDeps, SyncOutcome, SyncRequest, SyncRun } from './sync-run.ts';

const reserveMs = 10_000;

/** A channel that cannot be stopped by then is left to end by itself. */
const stopAttempts = 6;

/** Removes what a deleted calendar left behind: its push channel at the provider, its events, at last its own rows. */
export async function purgeCalendar(
  deps: SyncDeps,
  loaded: LoadedCalendar,
  request: SyncRequest,
): Promise<SyncOutcome> {
  const { calendar, sync } = loaded;
  const provider = deps.providers[calendar.platform];
  if (provider && sync.channel?.resource_id) {
    const run: SyncRun = { calendar, sync, provider, request, id: deps.newId(), startedAt: deps.clock.stamp() };
    const goesOn = await stopChannel(deps, run, sync.channel);
    if (goesOn && request.attempt < stopAttempts) return { kind: 'retry', delayMs: 2 ** request.attempt * 1000 };
  }
  const { id, project_id: project } = calendar;
  if (!(await purgeEvents(deps.table, project, id, () => request.remainingMs() > reserveMs))) {
    await deps.queue.send({ calendar_id: id, trigger: 'continue' }, `continue:${deps.newId()}`);
    return { kind: 'continued' };
  }
  await deleteCalendarRows(deps.table, loaded);
  return { kind: 'purged' };
}
