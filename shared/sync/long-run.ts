import { timestampOf } from '../platform/timestamp.ts';
import { isListingDue } from './listing-due.ts';
import { isTime } from './reading-state.ts';
import type { SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';
import { syncWindowAt } from './sync-window.ts';

/**
 * Will the run list the window, or go on with a reading that was longer than a run? It may keep its worker busy for
 * minutes, so it needs a part of its project's share of the workers.
 *
 * @param now milliseconds since the epoch
 */
export function isLongRun(
  { provider, request, window: days }: Pick<SyncRun, 'provider' | 'request' | 'window'>,
  { sync_token: token, reading, listing }: Pick<SyncState, 'sync_token' | 'reading' | 'listing'>,
  now: number,
): boolean {
  const isTracked = token?.shape === provider.syncShape;
  if (!isTracked || reading.unfinished !== undefined) return true;
  if (reading.delta_unavailable && !isTime(reading.delta_unavailable, timestampOf(now))) return true;
  return isListingDue({ reading, listing }, request.trigger, { span: syncWindowAt(now, days), days, now });
}
