import { createHash } from 'node:crypto';
import * as z from 'zod';
import { idOf, shardOf } from '../platform/ids.ts';
import { defineRow } from '../store/row.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import { projectShards } from '../store/table-schema.ts';
import { packedRuns, packRuns } from '../sync/sync-log-row.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import { type Calendar, calendarSchema, type SyncState } from './calendar.ts';

export const calendarPartition = (calendarId: string): string => `CALENDAR#${calendarId}`;
/** The outbox of a calendar: notifications of its sync. */
export const calendarOutbox = (calendarId: string) => ({
  partition: calendarPartition(calendarId),
  id: calendarId,
  timerKind: 'sync' as const,
});
export const calendarKey = (calendarId: string) => ({ PK: calendarPartition(calendarId), SK: 'CALENDAR' });
export const syncStateKey = (calendarId: string) => ({ PK: calendarPartition(calendarId), SK: 'SYNC' });

/** A row that exists while a calendar holds the key: it makes the key unique, and finds the calendar. */
export function deduplicationKey(projectId: string, key: string) {
  const PK = `DEDUPLICATION#${projectId}#CALENDAR#${createHash('sha256').update(key).digest('hex')}`;
  return { PK, SK: 'DEDUPLICATION' };
}

export const deduplicationRow = defineRow('deduplication', 1, z.object({ calendar_id: idOf('cal') }));

/** Partitions of the project index that list a project's calendars. */
export const calendarShards = (projectId: string): string[] =>
  Array.from({ length: projectShards }, (_, shard) => `${projectId}#CALENDAR#${shard}`);

const calendarRow = defineRow('calendar', 1, calendarSchema);

const channelSchema = z.object({
  id: z.string(),
  resource_id: z.string().optional(),
  expires_at: storedTimestamp.optional(),
  renew_at: storedTimestamp.optional(),
  target: z.string().optional(),
});

const syncStateSchema = z.object({
  version: z.number(),
  sync_token: z.string().optional(),
  sync_shape: z.string().optional(),
  time_zone: z.string().optional(),
  access_token: z.string().optional(),
  access_token_source: z.string().optional(),
  access_token_expires_at: storedTimestamp.optional(),
  channel: channelSchema.optional(),
  opening_channel: channelSchema.optional(),
  push_refused_for: z.string().optional(),
  channel_failure: z.object({ code: z.string(), count: z.number(), retry_at: storedTimestamp }).optional(),
  push_failing_since: storedTimestamp.optional(),
  stopped_channel: z.string().optional(),
  last_notification_at: storedTimestamp.optional(),
  last_change_lag_ms: z.number().optional(),
  refusals: z.number().optional(),
  last_attempted_sync_at: storedTimestamp.optional(),
  last_successful_sync_at: storedTimestamp.optional(),
  last_served_at: storedTimestamp.optional(),
  last_listed_at: storedTimestamp.optional(),
  listed_window: z.string().optional(),
  listed_until: storedTimestamp.optional(),
  reveal_at: storedTimestamp.optional(),
  runs: packedRuns.optional(),
  last_change_at: storedTimestamp.optional(),
  not_before: storedTimestamp.optional(),
  bot_work: z.enum(['remove', 'parked', 'restore']).optional(),
  due_at: storedTimestamp.optional(),
});

export const readCalendar = calendarRow.read;
export const calendarFields = calendarRow.writeFields;
export const readSyncState = (item: unknown): SyncState => syncStateSchema.parse(item) as SyncState;

/** Goes when bots and sync write through their schemas. */
export const jsonAttribute = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

export function writeCalendar(calendar: Calendar): Record<string, unknown> {
  return {
    ...calendarKey(calendar.id),
    ...calendarRow.write(calendar),
    project_shard: calendarShards(calendar.project_id)[shardOf(calendar.id, projectShards)],
    by_created: `${calendar.created_at}#${calendar.id}`,
  };
}

export const writeSyncState = (calendarId: string, sync: SyncState): Record<string, unknown> => ({
  ...syncStateKey(calendarId),
  ...sync,
  ...(sync.runs && { runs: packRuns(sync.runs) }),
  ...(sync.due_at && timerAttributes('sync', calendarId, sync.due_at)),
});
