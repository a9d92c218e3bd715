import type { Calendar } from '../../domain/calendar.ts';
import { credentialsContext } from '../../domain/credentials-context.ts';
import { patchCalendar } from '../../store/calendar-store.ts';
import type { CalendarDeps } from './calendar-deps.ts';

export interface CalendarChanges {
  client_secret?: string | undefined;
  refresh_token?: string | undefined;
  metadata?: Record<string, string> | undefined;
}

/** Changes a calendar and asks for a sync. @returns null when it was deleted meanwhile */
export async function updateCalendar(
  { table, envelope, queue, clock, newId }: CalendarDeps,
  calendar: Calendar,
  changes: CalendarChanges,
): Promise<Calendar | null> {
  const context = credentialsContext(calendar);
  const seal = async (secret: string | undefined): Promise<string | undefined> =>
    secret === undefined ? undefined : envelope.seal(context, secret);
  const [clientSecret, refreshToken] = await Promise.all([seal(changes.client_secret), seal(changes.refresh_token)]);
  const patch = {
    client_secret: clientSecret,
    refresh_token: refreshToken,
    metadata: changes.metadata,
    updated_at: clock.stamp(),
  };
  if (!(await patchCalendar(table, calendar.id, patch))) return null;
  await queue.send({ calendar_id: calendar.id, trigger: 'patch' }, `patch:${newId()}`);
  return { ...calendar, metadata: changes.metadata ?? calendar.metadata, updated_at: patch.updated_at };
}
