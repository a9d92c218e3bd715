import { organizationTimingMs } from '../platform/account-timing.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import type { Following } from './organization.ts';

/** When the users are read the next time. */
export function discoveryDueAt({ discovery, progress }: Following): Timestamp {
  if (discovery.completed_at === null) return timestampOf(0);
  // Users are missing who were not removed yet: the next list confirms it.
  const isUnconfirmed = progress.discovered > discovery.seen;
  const { confirmation, discovery: usual } = organizationTimingMs;
  return timestampOf(millisOf(discovery.completed_at) + (isUnconfirmed ? confirmation : usual));
}
