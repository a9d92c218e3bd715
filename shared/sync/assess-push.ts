import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { isPushed, replaceSilentChannel } from './push-channel.ts';
import type { ReadChanges } from './read-changes.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';

/** A channel that has failed is believed again after this long without another silence. */
const probationMs = 20 * 3_600_000;

/** Could a change have been pushed and heeded? Only where a channel was live and no run had failed meanwhile. */
export const isPushJudged = ({ request, calendar, sync }: SyncRun, now: Timestamp): boolean =>
  request.trigger === 'schedule' &&
  calendar.state === 'connected' &&
  isPushed(sync, now) &&
  sync.last_attempted_sync_at === sync.last_successful_sync_at;

/**
 * A run that no notification asked for has read changes that were made long enough ago: the channel has kept silent
 * about them. From then on the calendar is polled, whatever the channel promises, until a notification comes through it.
 */
export async function judgePush(deps: SyncDeps, run: SyncRun, read: ReadChanges): Promise<void> {
  const { push_failing_since: failingSince } = run.sync;
  const now = timestampOf(deps.clock.now());
  if (failingSince === undefined) {
    if (read.unpushed === 0) return;
    run.sync = { ...run.sync, push_failing_since: now };
    await replaceSilentChannel(deps, run);
  } else if (read.told.length > 0) {
    run.sync = { ...run.sync, push_failing_since: now };
    // A day of silence: another channel may fare better.
    if (read.set.kind === 'listing') await replaceSilentChannel(deps, run);
  } else if (failingSince < timestampOf(deps.clock.now() - probationMs)) {
    run.sync = { ...run.sync, push_failing_since: undefined };
  }
}
