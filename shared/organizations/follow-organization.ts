import { organizationTimingMs } from '../platform/account-timing.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { connectMailboxes } from './connect-mailboxes.ts';
import { readUsers } from './discover-mailboxes.ts';
import { discoveryDueAt } from './discovery-due.ts';
import type { FollowDeps, Part } from './follow-part.ts';
import { lookAtConnected } from './look-at-connected.ts';
import { readDueMailboxes, removeOrganization, saveMailboxes } from './mailbox-store.ts';
import { type FollowedOrganization, findFollowedOrganization } from './organization-store.ts';
import { disconnectAll, disconnectMissing } from './remove-mailboxes.ts';

export interface FollowMessage {
  project_id: string;
  organization_id: string;
}

/**
 * Follows an organization: reads its users, connects those who are new, disconnects those who are gone. The work is done in
 * small parts. Each is one transaction at its end, so a crash at any point loses a part at most, which is done again.
 *
 * @param mayGoOn asked before each part
 */
export async function followOrganization(
  deps: FollowDeps,
  { project_id: projectId, organization_id: id }: FollowMessage,
  mayGoOn: () => boolean,
): Promise<void> {
  for (;;) {
    const found = await findFollowedOrganization(deps.table, projectId, id);
    if (!found) return;
    const { organization, following } = found;
    const now = timestampOf(Math.floor(deps.clock.now()));
    if (!mayGoOn()) {
      // Another worker goes on within a minute.
      await saveMailboxes(deps.table, organization, { before: following, after: following, dueAt: now }, new Map());
      return;
    }
    const part = await workOn(deps, found, now);
    if (part === 'removed') return;
    const isOver = 'wait' in part;
    const lease = timestampOf(Math.floor(deps.clock.now()) + organizationTimingMs.timerLease);
    const { after = following } = part;
    const saved = await saveMailboxes(
      deps.table,
      organization,
      { before: following, after, dueAt: isOver ? part.wait : lease },
      isOver ? new Map() : part.changes,
    );
    // A request, or another worker, was faster: the present connection counts.
    if (saved && isOver) return;
  }
}

async function workOn(deps: FollowDeps, found: FollowedOrganization, now: Timestamp): Promise<Part | 'removed'> {
  const { organization, following } = found;
  if (organization.intent === 'pause') return { wait: null };
  if (organization.intent === 'remove') {
    const part = await disconnectAll(deps, found);
    if (part) return part;
    const removed = await removeOrganization(deps.table, organization, following.version);
    return removed ? 'removed' : { wait: now };
  }
  if (following.retry_at !== null && following.retry_at > now) return { wait: following.retry_at };
  const { discovery, progress } = following;
  const dueAt = discoveryDueAt(following);
  if (discovery.step === 'reading' || (discovery.step === 'complete' && dueAt <= now))
    return readUsers(deps, found, now);
  if (discovery.step === 'removing') return disconnectMissing(deps, found);
  const lookAt = timestampOf(millisOf(following.looked_at ?? now) + organizationTimingMs.look);
  if (progress.connected > 0 && lookAt <= now) return lookAtConnected(deps, found, now);
  const next = earliest(dueAt, progress.connected > 0 ? lookAt : null);
  if (progress.discovered === progress.connected) return { wait: next };
  const { due, next: tryAt } = await readDueMailboxes(deps.table, organization.id, now, batchSize);
  if (due.length === 0) return { wait: earliest(next, tryAt) };
  return connectMailboxes(deps, found, due);
}

const earliest = (one: Timestamp, other: Timestamp | null): Timestamp => (other !== null && other < one ? other : one);

/** Mailboxes that are connected side by side. */
const batchSize = 25;
