import type { Timestamp } from '../platform/timestamp.ts';
import type { DirectoryUser } from '../providers/directory.ts';
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
 * transaction, so that a user is neither lost nor counted twice.
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
  const changes = new Map<string, Mailbox | null>();
  let { progress } = following;
  let { seen } = discovery;
  for (const user of users.values()) {
    const before = known.get(user.id) ?? null;
    const after = meet(before, user, discovery.number, now);
    if (before?.seen !== discovery.number) seen += 1;
    progress = moveMailbox(progress, before, after);
    changes.set(user.id, after);
  }
  const isEndless = page.next !== null && page.next === discovery.position;
  if (isEndless) return postponedPart({ ...following, discovery: restart(discovery) }, 0, now);
  const next: Discovery =
    page.next === null
      ? {
          ...discovery,
          seen,
          step: 'removing',
          position: null,
          completed_at: now,
          least: leastOf(found, seen, progress),
        }
      : { ...discovery, seen, position: page.next };
  const looked_at = discovery.position === null ? now : following.looked_at;
  return { after: { ...directoryRead(following), looked_at, discovery: next, progress }, changes };
}

/** A list that lacks more users than this, and a larger part of them, has to be confirmed by the next one. */
const fewUsers = 10;
const smallPart = 0.2;

/**
 * Users whom this list did not have are gone. If it lacks suspiciously many, only those whom the complete list before it
 * lacked as well: an administrator's mistake costs no calendar. A list that the project names is not suspicious.
 */
function leastOf({ organization, following }: FollowedOrganization, seen: number, progress: Progress): number {
  const { number, previous } = begin(following).discovery;
  const missing = progress.discovered - seen;
  const isSuspicious = missing > fewUsers && missing > smallPart * progress.discovered;
  return isSuspicious && organization.choice.kind !== 'users' ? previous : number;
}

const begin = (following: Following): Following => {
  const { discovery } = following;
  if (discovery.step === 'reading') return following;
  const { number: previous } = discovery;
  return {
    ...following,
    discovery: { ...discovery, step: 'reading', number: previous + 1, position: null, seen: 0, previous },
  };
};

const restart = (discovery: Discovery): Discovery => ({
  ...discovery,
  number: discovery.number + 1,
  position: null,
  seen: 0,
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
  failure: { code: 'account_disabled', provider_code: 'directory', message: `suspended, as listed at ${now}` },
  try_at: null,
});
