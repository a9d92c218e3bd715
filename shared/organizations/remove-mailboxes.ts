import type { FollowDeps, Part } from './follow-part.ts';
import { mostMailboxes, pageMailboxes } from './mailbox-store.ts';
import type { Mailbox } from './organization.ts';
import type { FollowedOrganization } from './organization-store.ts';
import { moveMailbox } from './progress.ts';

/** Accounts that are deleted side by side. */
const atOnce = 10;

/** Disconnects users whom a complete list has proven to be gone, page by page. */
export async function disconnectMissing(
  deps: FollowDeps,
  { organization, following }: FollowedOrganization,
): Promise<Part> {
  const { discovery } = following;
  const { mailboxes, last } = await pageMailboxes(deps.table, organization.id, discovery.position, mostMailboxes);
  const removed = await disconnect(
    deps,
    organization,
    mailboxes.filter(({ seen }) => seen < discovery.least),
  );
  const progress = removed.reduce((sum, mailbox) => moveMailbox(sum, mailbox, null), following.progress);
  const step = last === null ? 'complete' : 'removing';
  const after = { ...following, progress, discovery: { ...discovery, step, position: last } as const };
  return { after, changes: toRemoved(removed) };
}

/** Disconnects some of all mailboxes. @returns null when there are none */
export async function disconnectAll(
  deps: FollowDeps,
  { organization, following }: FollowedOrganization,
): Promise<Part | null> {
  const { mailboxes } = await pageMailboxes(deps.table, organization.id, null, mostMailboxes);
  if (mailboxes.length === 0) return null;
  const removed = await disconnect(deps, organization, mailboxes);
  const progress = removed.reduce((sum, mailbox) => moveMailbox(sum, mailbox, null), following.progress);
  return { after: { ...following, progress }, changes: toRemoved(removed) };
}

async function disconnect(
  deps: FollowDeps,
  organization: FollowedOrganization['organization'],
  mailboxes: Mailbox[],
): Promise<Mailbox[]> {
  for (let from = 0; from < mailboxes.length; from += atOnce) {
    const some = mailboxes.slice(from, from + atOnce);
    await Promise.all(some.map((mailbox) => deps.disconnect(organization, mailbox)));
  }
  return mailboxes;
}

const toRemoved = (mailboxes: Mailbox[]): Map<string, Mailbox | null> =>
  new Map(mailboxes.map(({ user_id }) => [user_id, null]));
