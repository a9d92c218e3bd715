import * as z from 'zod';
import type { CalendarWithSync } from '../calendars/calendar-store.ts';
import { timeOut } from '../http/response-fields.ts';
import { formatTimestamp, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { pushReasons, pushStatuses, pushStatusOf } from './push-status.ts';
import { showSyncError, syncErrorOut } from './sync-error.api.ts';

/** The freshness of a calendar and the state of its push channel (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export const calendarHealthOut = z.object({
  push_status: z.enum(pushStatuses),
  push_status_reason: z.enum(pushReasons).nullable(),
  push_provider_code: z
    .string()
    .nullable()
    .meta({ description: 'The error code with which the provider refused a push channel' }),
  channel_expires_at: timeOut().nullable(),
  last_notification_at: timeOut().nullable(),
  last_change_lag_ms: z
    .number()
    .nullable()
    .meta({ description: 'Milliseconds from the last change at the provider to its commit here' }),
  next_sync_at: timeOut()
    .nullable()
    .meta({ description: 'Time of the next scheduled sync; a push from the provider starts a sync earlier' }),
  last_run: z
    .object({ outcome: z.enum(['never_tried', 'failed', 'ok']), at: timeOut().nullable() })
    .meta({ description: 'How the last sync run ended, and when it began' }),
  sync_error: syncErrorOut(),
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
