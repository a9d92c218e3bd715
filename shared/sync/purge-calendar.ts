import { removeCalendarBots } from '../bots/calendar-bots.ts';
import { purgeChanges } from '../events/change-feed/change-feed-store.ts';
import { purgeEvents } from '../events/event-store.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { stopChannel } from './push-channel.ts';
import { purgeRuns } from './sync-log-store.ts';
import { beginRun, type SyncDeps, type SyncOutcome, type SyncRequest } from './sync-run.ts';
import { deleteCalendarRows, type LoadedCalendar } from './sync-store.ts';

const reserveMs = 10_000;

/** A channel that cannot be stopped by then is left to end by itself. */
const stopAttempts = 6;

const dayMs = 86_400_000;

/** Days of which changes may be kept. */
const keptDays = ({ clock, retention }: SyncDeps): string[] =>
  Array.from({ length: retention.logDays + 2 }, (_, day) => timestampOf(clock.now() - day * dayMs).slice(0, 10));

/** Removes what a deleted calendar left behind: its push channel at the provider, its events, changes and runs, at last its own rows. */
export async function purgeCalendar(
  deps: SyncDeps,
  loaded: LoadedCalendar,
  request: SyncRequest,
): Promise<SyncOutcome> {
  const { calendar, sync } = loaded;
  const mayGoOn = (): boolean => request.remainingMs() > reserveMs;
  const areBotsGone = await removeCalendarBots(deps, calendar, { reason: 'calendar_deleted', park: false, mayGoOn });
  const provider = deps.providers[calendar.platform];
  if (provider && sync.channel?.resource_id) {
    const goesOn = await stopChannel(deps, beginRun(deps, { calendar, sync, provider, request }), sync.channel);
    if (goesOn && request.attempt < stopAttempts) return { kind: 'retry', delayMs: 2 ** request.attempt * 1000 };
  }
  const { id, project_id: project } = calendar;
  const isEmpty =
    areBotsGone &&
    (await purgeEvents(deps.table, project, id, mayGoOn)) &&
    (await purgeRuns(deps.table, id, mayGoOn)) &&
    (await purgeChanges(deps.table, calendar, keptDays(deps), mayGoOn));
  if (!isEmpty) {
    await deps.queue.send({ calendar_id: id, trigger: 'delete' }, `continue:${deps.newId()}`);
    return { kind: 'continued' };
  }
  await deleteCalendarRows(deps.table, loaded);
  return { kind: 'purged' };
}
