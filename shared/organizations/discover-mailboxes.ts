import type { Timestamp } from '../platform/timestamp.ts';
import type { DirectoryPage, DirectoryUser } from '../providers/directory.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { assessDirectory } from './assess-refusal.ts';
import { directoryRead, postponedPart, refusedPart } from './failed-part.ts';
import type { FollowDeps, Part } from './follow-part.ts';
import { lookAtConnected } from './look-at-connected.ts';
import { mostMailboxes, readMailboxes } from './mailbox-store.ts';
import type { Discovery, Following, Mailbox, Progress } from './organization.ts';
import type { FollowedOrganization } from './organization-store.ts';
import { moveMailbox } from './progress.ts';

/**
 * Reads one page of the users, and stores those who are new. The page and the link to the next one are stored in one
 * transaction, so that a user is neither lost nor counted twice. A page with more users than a transaction takes is read
 * again for the others.
 */
export async function readUsers(deps: FollowDeps, found: FollowedOrganization, now: Timestamp): Promise<Part> {
  const { organization } = found;
  const { platform } = organization;
  const following = begin(found.following);
  const { discovery } = following;
  if (discovery.position === null) {
    const looked = await lookAtConnected(deps, found, now);
    if ('wait' in looked) return looked;
  }
  const page = await deps.readPage(organization, discovery.position, mostMailboxes).catch((error: unknown) => {
    if (error instanceof ProviderError) return error;
    throw error;
  });
  if (page instanceof ProviderError) {
    const assessed = assessDirectory(page, platform);
    if (assessed.about === 'organization') return refusedPart(found.following, assessed.code, page, now);
    // A link that is not accepted any more: the users are read from the first page again.
    const restarted = assessed.about === 'link' ? { ...following, discovery: restart(discovery) } : following;
    return postponedPart(restarted, 'retryAfterMs' in assessed ? assessed.retryAfterMs : 0, now);
  }
  const users = new Map(page.users.map((user) => [user.id, user]));
  const known = await readMailboxes(deps.table, organization.id, [...users.keys()]);
  const fresh = [...users.values()].filter(({ id }) => known.get(id)?.seen !== discovery.number);
  const changes = new Map<string, Mailbox | null>();
  let { progress } = following;
  for (const user of fresh.slice(0, mostMailboxes)) {
    const before = known.get(user.id) ?? null;
    const after = meet(before, user, discovery.number, now);
    progress = moveMailbox(progress, before, after);
    changes.set(user.id, after);
  }
  const read: Discovery = {
    ...discovery,
    seen: discovery.seen + changes.size,
    idle_pages: fresh.length > 0 ? 0 : discovery.idle_pages + 1,
    is_whole: discovery.is_whole && page.isWhole,
  };
  const fault = findListFault(read, page, organization.choice.kind);
  if (fault) {
    const restarted = { ...found.following, discovery: restart(discovery) };
    return refusedPart(restarted, 'directory_refused', fault, now);
  }
  const rest = fresh.length > mostMailboxes;
  const position = rest ? discovery.position : page.next;
  const next: Discovery =
    rest || page.next !== null
      ? { ...read, position }
      : { ...read, step: 'removing', position: null, completed_at: now, least: leastOf(found, read, progress) };
  const looked_at = discovery.position === null ? now : following.looked_at;
  return { after: { ...directoryRead(following), looked_at, discovery: next, progress }, changes };
}

/** A list goes on for so many pages without another user at most: a group may have many members that are no users. */
const mostIdlePages = 50;

/** What no list of users may be. It is read again from its beginning later, and proves nothing. */
function findListFault(
  { seen, position, idle_pages }: Discovery,
  { next }: DirectoryPage,
  kind: FollowedOrganization['organization']['choice']['kind'],
): Pick<ProviderError, 'providerCode' | 'message'> | null {
  if (next !== null && (next === position || idle_pages > mostIdlePages))
    return { providerCode: 'endless_list', message: 'the list of users has no end' };
  // At least its administrator is a user of an organization.
  if (next === null && seen === 0 && kind === 'all')
    return { providerCode: 'empty_list', message: 'the list of users is empty' };
  return null;
}

/** A list that lacks more users than this, and a larger part of them, has to be confirmed by the next one. */
const fewUsers = 10;
const smallPart = 0.2;

/**
 * Users whom this list did not have are gone. If it lacks suspiciously many, only those whom the complete list before it
 * lacked as well: an administrator's mistake costs no calendar. A list that the project names is not suspicious. A list with
 * entries that cannot be read proves of no user that it is gone.
 */
function leastOf({ organization }: FollowedOrganization, read: Discovery, progress: Progress): number {
  const { number, previous, seen, is_whole } = read;
  if (!is_whole) return 0;
  const missing = progress.discovered - seen;
  const isSuspicious = missing > fewUsers && missing > smallPart * progress.discovered;
  return isSuspicious && organization.choice.kind !== 'users' ? previous : number;
}

const begin = (following: Following): Following => {
  const { discovery } = following;
  if (discovery.step === 'reading') return following;
  const previous = discovery.is_whole ? discovery.number : discovery.previous;
  return { ...following, discovery: restart({ ...discovery, step: 'reading', previous }) };
};

const restart = (discovery: Discovery): Discovery => ({
  ...discovery,
  number: discovery.number + 1,
  position: null,
  seen: 0,
  idle_pages: 0,
  is_whole: true,
});

/** A user of the list, who may be known. */
function meet(before: Mailbox | null, user: DirectoryUser, number: number, now: Timestamp): Mailbox {
  const { id: user_id, mailbox, email, isEnabled } = user;
  const met: Mailbox = {
    ...(before ?? { user_id, status: 'waiting', account_id: null, failure: null, tries: 0, try_at: now }),
    mailbox,
    email,
    seen: number,
  };
  const isDisabled = before?.failure?.code === 'account_disabled';
  if (!isEnabled && met.status === 'waiting') return disabled(met, now);
  // A suspended user stays connected: what the provider says of the calendar counts.
  if (!isEnabled) return met;
  const isRenamed = before !== null && before.mailbox !== mailbox;
  return isDisabled || isRenamed ? { ...met, status: 'waiting', failure: null, tries: 0, try_at: now } : met;
}

/** It is not tried before the directory has the user as enabled again. */
const disabled = (mailbox: Mailbox, now: Timestamp): Mailbox => ({
  ...mailbox,
  status: 'failed',
  failure: { code: 'account_disabled', provider_code: 'directory', message: 'suspended in the directory', since: now },
  try_at: null,
});
