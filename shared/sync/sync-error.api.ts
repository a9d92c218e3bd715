import * as z from 'zod';
import { timeOut } from '../http/response-fields.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import { syncErrorCodes, syncErrorOf } from './sync-error.ts';

/** Why a connected calendar is not synced (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export const syncErrorOut = () =>
  z
    .object({
      code: z.enum(syncErrorCodes),
      provider_code: z.string(),
      message: z.string(),
      action: z.string(),
      since: timeOut(),
      next_try_at: timeOut(),
    })
    .nullable()
    .meta({ description: 'Why the calendar is connected and yet not synced; null while all is well' });

/** @param now milliseconds since the epoch */
export function showSyncError(
  calendar: Parameters<typeof syncErrorOf>[0],
  sync: Parameters<typeof syncErrorOf>[1],
  now: number,
): z.output<ReturnType<typeof syncErrorOut>> {
  const error = syncErrorOf(calendar, sync, now);
  return error && { ...error, since: formatTimestamp(error.since), next_try_at: formatTimestamp(error.next_try_at) };
}
