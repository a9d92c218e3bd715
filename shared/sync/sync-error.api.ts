import * as z from 'zod';
import { timeOut } from '../http/response-fields.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import { syncErrorCodes, syncErrorOf } from './sync-error.ts';

/** Why a connected calendar is not synced (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export const syncErrorOut = z.object({
  // A later version may add codes.
  code: z.string().meta({ 'x-extensible-enum': syncErrorCodes }),
  provider_code: z.string(),
  message: z.string(),
  action: z.string(),
  since: timeOut(),
  next_try_at: timeOut(),
});

/** @param now milliseconds since the epoch */
export function showSyncError(
  calendar: Parameters<typeof syncErrorOf>[0],
  sync: Parameters<typeof syncErrorOf>[1],
  now: number,
): z.output<typeof syncErrorOut> | null {
  const error = syncErrorOf(calendar, sync, now);
  return error && { ...error, since: formatTimestamp(error.since), next_try_at: formatTimestamp(error.next_try_at) };
}
