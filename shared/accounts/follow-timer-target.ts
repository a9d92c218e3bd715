import { accountTimingMs } from '../platform/account-timing.ts';
import type { TimerTarget } from '../timers/dispatch-timers.ts';
import { accountPartition } from './account-row.ts';
import type { FollowMessage } from './follow-message.ts';
import type { FollowQueue } from './follow-queue.ts';

const ofAccount = accountPartition('');

/** Timers of organizations, whose rows lie under `ORGANIZATION#<id>`, and of the selections of accounts. */
export const followTimerTarget = (queue: FollowQueue): TimerTarget => ({
  lookAheadMs: 0,
  leaseMs: accountTimingMs.followTimerLease,
  send: (rows) =>
    queue.sendAll(
      rows.map(({ PK, due_at, project_id = '' }) => ({
        message: messageOf(PK, project_id),
        deduplication: `due:${due_at}`,
      })),
    ),
});

const messageOf = (partition: string, project_id: string): FollowMessage =>
  partition.startsWith(ofAccount)
    ? { kind: 'account', project_id, account_id: partition.slice(ofAccount.length) }
    : { kind: 'organization', project_id, organization_id: partition.slice('ORGANIZATION#'.length) };
