import type { Sealed } from '../platform/sealed.ts';
import type { Calendar, CalendarWindow } from './calendar.ts';
import { type CalendarDeps, requestSync, syncTimerAt } from './calendar-deps.ts';
import { patchCalendar } from './calendar-store.ts';
import { credentialsContext } from './credentials-context.ts';

export interface CalendarChanges {
  client_secret?: string | undefined;
  refresh_token?: string | undefined;
  metadata?: Record<string, string> | undefined;
  /** Null: the window of the deployment. */
  sync_window?: CalendarWindow | null | undefined;
}

/** Changes a calendar and asks for a sync. @returns null when the calendar was deleted meanwhile */
export async function updateCalendar(
  deps: CalendarDeps,
  calendar: Calendar,
  changes: CalendarChanges,
): Promise<Calendar | null> {
  const { table, envelope, clock } = deps;
  const context = credentialsContext(calendar);
  const seal = async (secret: string | undefined, keyOf?: Sealed): Promise<Sealed | undefined> =>
    secret === undefined ? undefined : envelope.seal(context, secret, keyOf);
  const clientSecret = await seal(changes.client_secret);
  const refreshToken = await seal(changes.refresh_token, clientSecret);
  const patch = {
    client_secret: clientSecret,
    refresh_token: refreshToken,
    metadata: changes.metadata,
    sync_window: changes.sync_window,
    updated_at: clock.stamp(),
  };
  if (!(await patchCalendar(table, calendar, patch, syncTimerAt(clock)))) return null;
  await requestSync(deps, calendar, 'patch');
  return {
    ...calendar,
    metadata: changes.metadata ?? calendar.metadata,
    sync_window: changes.sync_window === undefined ? calendar.sync_window : changes.sync_window,
    updated_at: patch.updated_at,
  };
}
