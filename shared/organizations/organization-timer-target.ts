import type { FollowQueue } from '../accounts/follow-queue.ts';
import { organizationTimingMs } from '../platform/timing.ts';
import type { TimerTarget } from '../timers/dispatch-timers.ts';

/** Timers of organizations, whose rows lie under `ORGANIZATION#<id>`. */
export const organizationTimerTarget = (queue: FollowQueue): TimerTarget => ({
  lookAheadMs: 0,
  leaseMs: organizationTimingMs.timerLease,
  send: (rows) =>
    queue.sendAll(
      rows.map(({ PK, due_at, project_id = '' }) => ({
        message: { kind: 'organization', project_id, organization_id: PK.slice('ORGANIZATION#'.length) },
        deduplication: `due:${due_at}`,
      })),
    ),
});
