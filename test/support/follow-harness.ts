import { followOrganization } from '../../shared/organizations/follow-organization.ts';
import type { FollowDeps } from '../../shared/organizations/follow-part.ts';
import { pageMailboxes } from '../../shared/organizations/mailbox-store.ts';
import type { Mailbox, Organization } from '../../shared/organizations/organization.ts';
import { followingKey } from '../../shared/organizations/organization-row.ts';
import {
  findFollowedOrganization,
  insertOrganization,
  replaceOrganization,
} from '../../shared/organizations/organization-store.ts';
import { type AccountId, derivedId, randomId } from '../../shared/platform/ids.ts';
import { millisOf, type Timestamp, timestampOf } from '../../shared/platform/timestamp.ts';
import type { DirectoryUser } from '../../shared/providers/directory.ts';
import { getAllRows } from '../../shared/store/batch-get.ts';
import type { Table } from '../../shared/store/table.ts';

export const userOf = (name: string, change: Partial<DirectoryUser> = {}): DirectoryUser => ({
  id: `id-${name}`,
  mailbox: `${name}@example.com`,
  email: `${name}@example.com`,
  isEnabled: true,
  ...change,
});

/** An organization whose directory and calendars are in memory, with a clock that tests move. */
export async function followInMemory(table: Table, change: Partial<Organization> = {}) {
  let now = Date.parse('2026-11-27T08:00:00Z');
  const stamp = (): Timestamp => timestampOf(Math.floor(now));
  const organization: Organization = {
    id: randomId('orgc'),
    project_id: randomId('proj'),
    platform: 'google',
    identity: {
      platform: 'google',
      client_email: 'kalends@acme.iam.gserviceaccount.com',
      client_id: '1000',
      private_key_id: 'key',
      quota_project: randomId('proj'),
      admin_subject: 'admin@example.com',
      private_key: 'v1.sealed',
    },
    choice: { kind: 'all' },
    mailboxes_per_minute: 1200,
    intent: 'follow',
    metadata: null,
    deduplication_key: null,
    created_at: stamp(),
    updated_at: stamp(),
    ...change,
  };
  await insertOrganization(table, organization, undefined, stamp());
  const { id, project_id } = organization;

  const world = {
    users: [] as DirectoryUser[],
    /** Fails a page. */
    readPage: null as null | ((link: string | null) => void),
    /** Holds a mailbox up while it is connected. */
    before: null as null | (() => Promise<void>),
    /** Fails a mailbox. */
    refuse: null as null | ((mailbox: string) => void),
    /** False: entries of each page cannot be read. */
    isWhole: true,
    connected: new Map<string, AccountId>(),
    connects: [] as string[],
    disconnects: [] as string[],
  };
  const deps: FollowDeps = {
    table,
    clock: { now: () => now },
    readPage: async (_organization, link, size) => {
      await Promise.resolve();
      world.readPage?.(link);
      const from = Number(link ?? 0);
      const next = from + size < world.users.length ? String(from + size) : null;
      return { users: world.users.slice(from, from + size), isWhole: world.isWhole, next };
    },
    connect: async (_organization, { user_id, mailbox }) => {
      await Promise.resolve();
      world.connects.push(mailbox);
      await world.before?.();
      world.refuse?.(mailbox);
      const account = derivedId('acct', `${id} ${user_id}`);
      world.connected.set(user_id, account);
      return account;
    },
    disconnect: (_organization, { user_id }) => {
      world.disconnects.push(user_id);
      world.connected.delete(user_id);
      return Promise.resolve();
    },
    look: async (_organization, mailbox) => {
      await Promise.resolve();
      world.refuse?.(mailbox);
    },
    pause: (ms) => {
      now += ms;
      return Promise.resolve();
    },
  };
  const follow = (on: Table = table, mayGoOn: () => boolean = () => true) =>
    followOrganization({ ...deps, table: on }, { project_id, organization_id: id }, mayGoOn);

  return {
    organization,
    world,
    deps,
    follow,
    now: () => now,
    advance: (ms: number) => {
      now += ms;
    },
    /** When the timer wakes a worker; null: it does not. */
    dueAt: async (): Promise<number | null> => {
      const [row] = await getAllRows(table, [followingKey(id)]);
      return row?.['due_at'] === undefined ? null : millisOf(row['due_at'] as Timestamp);
    },
    /** Follows, and again each time its timer is due, for some time. */
    followFor: async (ms: number) => {
      const until = now + ms;
      for (;;) {
        await follow();
        const [row] = await getAllRows(table, [followingKey(id)]);
        const due = row?.['due_at'] === undefined ? Number.POSITIVE_INFINITY : millisOf(row['due_at'] as Timestamp);
        if (due > until) break;
        now = Math.max(now + 1, due);
      }
      now = until;
    },
    read: async () => (await findFollowedOrganization(table, project_id, id))?.following ?? null,
    mailboxes: async (): Promise<Mailbox[]> => {
      const all: Mailbox[] = [];
      let after: string | null = null;
      do {
        const page: { mailboxes: Mailbox[]; last: string | null } = await pageMailboxes(table, id, after, 500);
        all.push(...page.mailboxes);
        after = page.last;
      } while (after !== null);
      return all;
    },
    intend: async (intent: Organization['intent']) => {
      const found = await findFollowedOrganization(table, project_id, id);
      if (!found) throw new Error('no organization');
      const changed = { ...found.organization, intent, updated_at: stamp() };
      const following = { ...found.following, error: null, retry_at: null };
      const saved = await replaceOrganization(table, found, { organization: changed, following }, stamp());
      if (!saved) throw new Error('not saved');
    },
  };
}
