import { ProviderError } from '../providers/provider-error.ts';
import { applyFailure } from './apply-failure.ts';
import { beginRun } from './begin-run.ts';
import { noCounts } from './sync-log-entry.ts';
import type { SyncDeps, SyncRequest } from './sync-run.ts';
import { loadCalendar } from './sync-store.ts';

/** From this delivery of a message on, an unexpected error counts as a failure of the calendar: a crash is over by then. */
const deliveriesBefore = 3;

/**
 * Records that a calendar's runs end unexpectedly, so that it shows, is announced and is tried again after the queue has
 * given the message up. The error itself is the caller's to throw.
 */
export async function recordUnexpected(deps: SyncDeps, request: SyncRequest, error: unknown): Promise<void> {
  if (request.attempt < deliveriesBefore) return;
  try {
    const loaded = await loadCalendar(deps.table, request.calendar_id);
    if (!loaded || loaded.calendar.deleted_at) return;
    const name = error instanceof Error ? error.name : 'unknown';
    const fault = new ProviderError({ kind: 'rejected' }, name, 'Kalends met an unexpected error.', { cause: error });
    await applyFailure(deps, beginRun(deps, loaded, request), loaded.sync, { fault, counts: noCounts });
  } catch (second) {
    deps.logger.warn('failure not recorded', { calendar_id: request.calendar_id, error: second as Error });
  }
}
