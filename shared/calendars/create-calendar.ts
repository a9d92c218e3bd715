import { type CalendarId, newCalendarId, type ProjectId } from '../platform/ids.ts';
import { initialSyncState } from '../sync/sync-state.ts';
import type { Calendar, CalendarWindow, Platform } from './calendar.ts';
import { type CalendarDeps, requestSync, syncTimerAt } from './calendar-deps.ts';
import { type CalendarWithSync, insertCalendar } from './calendar-store.ts';
import { credentialsContext } from './credentials-context.ts';

export interface NewCalendar {
  platform: Platform;
  client_id: string;
  client_secret: string;
  refresh_token: string;
  platform_uuid?: string | undefined;
  /** Mailbox that the calendar lies in, when it is not the account's own. */
  mailbox?: string | undefined;
  metadata?: Record<string, string> | undefined;
  deduplication_key?: string | undefined;
  sync_window?: CalendarWindow | null | undefined;
}

/** A new id is rarely taken; that two in a row are has no other reason than a broken source of random numbers. */
const idsTried = 3;

/**
 * Stores a calendar with sealed credentials, and asks for its first sync at once.
 *
 * @returns null when the project has a calendar with this deduplication key
 */
export async function createCalendar(
  deps: CalendarDeps,
  projectId: ProjectId,
  request: NewCalendar,
  newId: () => CalendarId = newCalendarId,
): Promise<CalendarWithSync | null> {
  for (let tried = 0; tried < idsTried; tried += 1) {
    const created = await createWithId(deps, projectId, request, newId());
    if (created !== 'id_taken') return created;
  }
  throw new Error('every new id of a calendar is taken');
}

async function createWithId(
  deps: CalendarDeps,
  projectId: ProjectId,
  request: NewCalendar,
  id: CalendarId,
): Promise<CalendarWithSync | null | 'id_taken'> {
  const { table, envelope, clock } = deps;
  const context = credentialsContext({ id, project_id: projectId });
  const clientSecret = await envelope.seal(context, request.client_secret);
  const refreshToken = await envelope.seal(context, request.refresh_token, clientSecret);
  const now = clock.stamp();
  const calendar: Calendar = {
    id,
    project_id: projectId,
    platform: request.platform,
    client_id: request.client_id,
    platform_uuid: request.platform_uuid ?? null,
    mailbox: request.mailbox ?? null,
    state: 'connected',
    metadata: request.metadata ?? null,
    deduplication_key: request.deduplication_key ?? null,
    connection_failure_data: null,
    sync_window: request.sync_window ?? null,
    created_at: now,
    updated_at: now,
    client_secret: clientSecret,
    refresh_token: refreshToken,
  };
  const sync = initialSyncState(syncTimerAt(clock));
  const outcome = await insertCalendar(table, calendar, sync);
  if (outcome !== 'inserted') return outcome === 'key_taken' ? null : outcome;
  await requestSync(deps, calendar, 'create');
  return { calendar, sync };
}
