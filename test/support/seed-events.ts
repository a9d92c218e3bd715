import { randomUUID } from 'node:crypto';
import type { Account } from '../../shared/accounts/account.ts';
import type { Calendar } from '../../shared/calendars/calendar.ts';
import { insertCalendar } from '../../shared/calendars/calendar-store.ts';
import type { EventContent } from '../../shared/events/calendar-event.ts';
import { eventIdOf, newCalendarId, type ProjectId, randomId } from '../../shared/platform/ids.ts';
import { type Timestamp, timestampOf } from '../../shared/platform/timestamp.ts';
import type { Table } from '../../shared/store/table.ts';
import { commitLimits } from '../../shared/sync/commit-size.ts';
import { commitSync } from '../../shared/sync/commit-store.ts';
import type { StoredWrite } from '../../shared/sync/event-write-row.ts';
import { seenTimer } from '../../shared/sync/seen-timer.ts';
import { initialSyncState } from '../../shared/sync/sync-state.ts';
import { createEventContent } from './event-content.ts';

/** A calendar as stored, connected to nothing. */
export async function seedCalendar(
  table: Table,
  projectId: ProjectId,
  given: Partial<Pick<Calendar, 'deduplication_key' | 'created_at' | 'state' | 'platform' | 'account_email'>> = {},
): Promise<Calendar> {
  const now = timestampOf(Date.now(), 1);
  const account: Account = {
    id: randomId('acct'),
    project_id: projectId,
    platform: 'google',
    client_id: 'client',
    provider_account_id: null,
    account_email: null,
    grant: { kind: 'client', client_secret: 'v1.sealed', refresh_token: 'v1.sealed' },
    grant_version: 1,
    calendar_count: 0,
    posted: null,
    created_at: now,
    updated_at: now,
  };
  const calendar: Calendar = {
    id: newCalendarId(),
    project_id: projectId,
    account_id: account.id,
    platform: 'google',
    client_id: 'client',
    platform_uuid: null,
    mailbox: null,
    state: 'connected',
    metadata: null,
    deduplication_key: null,
    connection_failure_data: null,
    sync_window: null,
    created_at: now,
    updated_at: now,
    ...given,
  };
  await insertCalendar(table, calendar, initialSyncState(), { create: account });
  return calendar;
}

export interface SeededEvent {
  id: string;
  calendar_id: string;
  start_time: Timestamp;
  end_time: Timestamp;
  created_at: Timestamp;
  updated_at: Timestamp;
  is_deleted: boolean;
}

/** What a test wants of an event; `changed_at` gives it a second commit, a deletion when `is_deleted`. */
export interface WantedEvent {
  start_time: Timestamp;
  end_time: Timestamp;
  created_at: Timestamp;
  changed_at?: Timestamp;
  is_deleted?: boolean;
  raw?: Record<string, unknown>;
  meeting_url?: string | null;
  /** Whatever else is in it. */
  content?: Partial<EventContent>;
}

/** Seeded events stay, whatever their dates. */
const expires_at = 4_000_000_000;

const contentOf = (
  { start_time, end_time, raw = {}, meeting_url = null, content }: WantedEvent,
  uuid: string,
): EventContent =>
  createEventContent({ platform_uuid: uuid, start_time, end_time, name: 'Planning', raw, meeting_url, ...content });

/** Commits events as a sync would, so rows are what they are in production. @returns them as the API should know them */
export async function seedEvents(table: Table, calendar: Calendar, wanted: WantedEvent[]): Promise<SeededEvent[]> {
  const writes: StoredWrite[] = [];
  const changes: StoredWrite[] = [];
  const events = wanted.map((event): SeededEvent => {
    const uuid = randomUUID();
    const id = eventIdOf(calendar.id, uuid);
    const content = contentOf(event, uuid);
    writes.push({ type: 'created', id, content, content_hash: uuid, updated_at: event.created_at, expires_at });
    if (event.changed_at) {
      const change = event.is_deleted
        ? ({ type: 'deleted', id } as const)
        : ({ type: 'changed', id, content, content_hash: `${uuid}2` } as const);
      changes.push({ ...change, updated_at: event.changed_at, expires_at });
    }
    return {
      id,
      calendar_id: calendar.id,
      start_time: event.start_time,
      end_time: event.end_time,
      created_at: event.created_at,
      updated_at: event.changed_at ?? event.created_at,
      is_deleted: Boolean(event.changed_at && event.is_deleted),
    };
  });
  let sync = initialSyncState();
  for (const all of [writes, changes]) {
    for (let index = 0; index < all.length; index += commitLimits.rows) {
      const events = all.slice(index, index + commitLimits.rows);
      const timer = seenTimer(sync);
      const commit = { calendar, sync, timer, events };
      const result = await commitSync(table, commit);
      if (result.kind !== 'committed') throw new Error(`commit ${result.kind}`);
      sync = result.sync;
    }
  }
  return events;
}
