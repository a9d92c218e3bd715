import type { DirectoryPage, DirectoryUser } from '../providers/directory.ts';
import { authorizeDirectory } from './authorize-organization.ts';
import type { ConnectDeps } from './connect-mailbox.ts';
import { connectMailbox, disconnectMailbox, lookAtMailbox } from './connect-mailbox.ts';
import type { FollowDeps } from './follow-part.ts';
import type { Organization } from './organization.ts';
import { readUserList } from './organization-store.ts';

/** How an organization is followed: by the directory and the calendars of its provider. */
export const createFollowDeps = (deps: ConnectDeps, pause: FollowDeps['pause']): FollowDeps => ({
  table: deps.table,
  clock: deps.clock,
  readPage: (organization, link, pageSize) => readPage(deps, organization, link, pageSize),
  connect: (organization, mailbox) => connectMailbox(deps, organization, mailbox),
  disconnect: (organization, mailbox) => disconnectMailbox(deps, organization, mailbox),
  look: (organization, mailbox) => lookAtMailbox(deps, organization, mailbox),
  pause,
});

async function readPage(
  deps: ConnectDeps,
  organization: Organization,
  link: string | null,
  pageSize: number,
): Promise<DirectoryPage> {
  const { platform, choice } = organization;
  if (choice.kind === 'users') return pageOfList(await readUserList(deps.table, organization.id), link, pageSize);
  const { token } = await authorizeDirectory(deps, organization);
  const group = choice.kind === 'group' ? choice.group : undefined;
  return deps.providers[platform].readDirectory(token, { group, link, pageSize });
}

/** A list is at hand as a whole: the directory need not be read. */
function pageOfList(list: string[], link: string | null, pageSize: number): DirectoryPage {
  const from = Number(link ?? 0);
  const users = list
    .slice(from, from + pageSize)
    .map((address): DirectoryUser => ({ id: address, mailbox: address, email: address, isEnabled: true }));
  const next = from + pageSize;
  return { users, isWhole: true, next: next < list.length ? String(next) : null };
}
