import type { CalendarId } from '../platform/ids.ts';
import type { BotDeps } from './bot-deps.ts';
import type { BotSettings } from './bot-settings.ts';
import { removeCalendarBots, restoreCalendarBots } from './calendar-bots.ts';
import { readCalendarOfBots } from './followed-event-store.ts';

export interface ReconcileCalendarDeps extends BotDeps {
  readSettings(projectId: string): Promise<BotSettings>;
}

/**
 * Removes or restores a calendar's bots, as its connection is now. It can be repeated, and stopped between two bots. Every
 * write is refused when the connection has changed meanwhile: the message of that change does the rest.
 *
 * @param mayGoOn asked before each batch of bots @returns false when bots are left
 */
export async function reconcileCalendarBots(
  deps: ReconcileCalendarDeps,
  calendarId: CalendarId,
  mayGoOn: () => boolean,
): Promise<boolean> {
  const calendar = await readCalendarOfBots(deps.table, calendarId);
  // The purge removes the bots of a deleted calendar.
  if (!calendar || calendar.deleted_at) return true;
  const { restore_bots_on_reconnect: restores } = await deps.readSettings(calendar.project_id);
  return calendar.state === 'disconnected'
    ? removeCalendarBots(deps, calendar, { reason: 'calendar_disconnected', park: restores, mayGoOn })
    : restoreCalendarBots(deps, calendar, { wanted: restores, mayGoOn });
}
