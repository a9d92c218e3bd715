import { readBotSettings } from '../bots/bot-settings-store.ts';
import { removeCalendarBots, restoreCalendarBots } from '../bots/calendar-bots.ts';
import { timestampOf } from '../platform/timestamp.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import { saveSyncState } from './sync-store.ts';

const reserveMs = 10_000;

/** A run that dies over it is followed by another one after this long. */
const botWorkDueMs = 2 * 60_000;

/**
 * Does for a calendar's bots what the loss or return of its connection, committed before, asks for. The sync state says
 * that it is to be done until it is, so whatever dies in between is made good by the calendar's next message or timer.
 *
 * @returns the sync state as stored, and whether all is done
 */
export async function settleBots(
  deps: SyncDeps,
  { calendar, sync, request }: Pick<SyncRun, 'calendar' | 'sync' | 'request'>,
): Promise<{ sync: SyncRun['sync']; done: boolean }> {
  const { bot_work: work } = sync;
  if (work !== 'remove' && work !== 'restore') return { sync, done: true };
  const { restore_bots_on_reconnect: restores } = await readBotSettings(deps.table, calendar.project_id);
  const mayGoOn = (): boolean => request.remainingMs() > reserveMs;
  const done =
    work === 'remove'
      ? await removeCalendarBots(deps, calendar, { reason: 'calendar_disconnected', park: restores, mayGoOn })
      : await restoreCalendarBots(deps, calendar, { wanted: restores, mayGoOn });
  if (!done) {
    await deps.queue.send({ calendar_id: calendar.id, trigger: 'schedule' }, `continue:${deps.newId()}`);
    return { sync, done };
  }
  const stored = await saveSyncState(deps.table, calendar.id, {
    ...sync,
    bot_work: work === 'remove' && restores ? 'parked' : undefined,
    // Nobody looks at a disconnected calendar until its user does something; a connected one keeps its timer.
    ...(work === 'remove' && { due_at: undefined }),
  });
  return { sync: stored, done };
}

/** The mark of a commit that disconnects, with a timer should the run die over it. */
export const removingBots = ({ clock }: Pick<SyncDeps, 'clock'>) => ({
  bot_work: 'remove' as const,
  due_at: timestampOf(clock.now() + botWorkDueMs),
});
