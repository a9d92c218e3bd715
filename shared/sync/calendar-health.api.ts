import * as z from 'zod';
import type { CalendarWithSync } from '../calendars/calendar-store.ts';
import { timeOut } from '../http/response-fields.ts';
import { formatTimestamp, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { pushReasons, pushStatuses, pushStatusOf } from './push-status.ts';
import { showSyncError, syncErrorOut } from './sync-error.api.ts';

export const lastRunOutcomes = ['never_tried', 'failed', 'ok'] as const;
export const lastRunOut = z.object({ outcome: z.enum(lastRunOutcomes), at: timeOut().nullable() });

/** The freshness of a calendar and the state of its push channel (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export const calendarHealthOut = z.object({
  push_status: z.enum(pushStatuses),
  push_status_reason: z.enum(pushReasons).nullable(),
  push_provider_code: z.string().nullable(),
  channel_expires_at: timeOut().nullable(),
  last_notification_at: timeOut().nullable(),
  last_change_lag_ms: z.int().nullable(),
  next_sync_at: timeOut().nullable(),
  last_run: lastRunOut,
  sync_error: syncErrorOut.nullable(),
});

/** @param now milliseconds since the epoch */
export function showCalendarHealth(
  { calendar, sync }: CalendarWithSync,
  now: number,
): z.output<typeof calendarHealthOut> {
  const shown = (time: Timestamp | undefined): string | null => (time ? formatTimestamp(time) : null);
  const { push } = sync;
  const { status, reason } = pushStatusOf(calendar, sync.push, timestampOf(now));
  const last = sync.runs.at(-1);
  return {
    push_status: status,
    push_status_reason: reason,
    push_provider_code: push.refusal?.code ?? null,
    channel_expires_at: shown(push.channel.kind === 'live' ? push.channel.expires_at : undefined),
    last_notification_at: shown(push.last_notification_at),
    last_change_lag_ms: sync.last_change_lag_ms ?? null,
    next_sync_at: shown(sync.due_at),
    last_run: {
      outcome: last ? (last.outcome === 'ok' ? 'ok' : 'failed') : 'never_tried',
      at: shown(last?.started_at),
    },
    sync_error: showSyncError(calendar, sync, now),
  };
}
