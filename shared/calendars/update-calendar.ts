import { changeGrant } from '../accounts/change-grant.ts';
import type { Calendar, CalendarWindow } from './calendar.ts';
import { type CalendarDeps, requestSync, syncTimerAt } from './calendar-deps.ts';
import { patchCalendar } from './calendar-store.ts';

export interface CalendarChanges {
  client_secret?: string | undefined;
  refresh_token?: string | undefined;
  metadata?: Record<string, string> | undefined;
  /** Null: the window of the deployment. */
  sync_window?: CalendarWindow | null | undefined;
}

/**
 * Changes a calendar and asks for a sync. New credentials are those of its account, and of all its calendars.
 *
 * @returns null when the calendar was deleted meanwhile
 */
export async function updateCalendar(
  deps: CalendarDeps,
  calendar: Calendar,
  changes: CalendarChanges,
): Promise<Calendar | null> {
  const { table, clock } = deps;
  const { client_secret, refresh_token } = changes;
  const hasNewGrant = client_secret !== undefined || refresh_token !== undefined;
  if (hasNewGrant) await changeGrant(deps, calendar.account_id, { client_secret, refresh_token }, calendar.id);
  const patch = { metadata: changes.metadata, sync_window: changes.sync_window, updated_at: clock.stamp() };
  if (!(await patchCalendar(table, calendar, patch, { syncDueAt: syncTimerAt(clock), hasNewGrant }))) return null;
  await requestSync(deps, calendar, 'patch');
  return {
    ...calendar,
    metadata: changes.metadata ?? calendar.metadata,
    sync_window: changes.sync_window === undefined ? calendar.sync_window : changes.sync_window,
    updated_at: patch.updated_at,
  };
}
