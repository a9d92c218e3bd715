import { authorizeOrganization } from '../../shared/organizations/authorize-organization.ts';
import { createOrganization } from '../../shared/organizations/create-organization.ts';
import { listFailedMailboxes } from '../../shared/organizations/failed-mailbox-store.ts';
import { followOrganization } from '../../shared/organizations/follow-organization.ts';
import {
  findFollowedOrganization,
  findOrganization,
  findOrganizationByKey,
  listOrganizations,
  readFollowings,
  readUserList,
} from '../../shared/organizations/organization-store.ts';
import { holdPlaces } from '../../shared/organizations/pace-store.ts';
import { removeOrganizationConnection, updateOrganization } from '../../shared/organizations/update-organization.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { type ProjectId, randomId } from '../../shared/platform/ids.ts';
import { timestampOf } from '../../shared/platform/timestamp.ts';
import type { Table } from '../../shared/store/table.ts';
import { dispatchTimers, type TimerTarget } from '../../shared/timers/dispatch-timers.ts';
import { userOf } from './follow-harness.ts';
import { silentLogger } from './silent-logger.ts';

/** Everything that is done with connections of organizations: users who come and go, tokens, the end. */
export async function walkOrganizations(table: Table, projectId: ProjectId): Promise<void> {
  const clock = createClock();
  const envelope = {
    seal: (_context: object, text: string) => Promise.resolve(`v1.${text}` as const),
    open: (_context: object, sealed: string) => Promise.resolve(sealed.slice(3)),
  };
  const deps = { table, clock, envelope };
  const read = async () => {
    const [organization] = await listOrganizations(table, projectId);
    const found = await findFollowedOrganization(table, projectId, organization?.id ?? '');
    if (!found) throw new Error('no connection');
    return found;
  };
  const created = await createOrganization(deps, projectId, {
    platform: 'microsoft',
    microsoft: { tenant: 'tenant', client_id: 'app', client_secret: 'secret' },
    users: ['ada@example.com'],
    deduplication_key: 'key',
  });
  const id = created?.organization.id ?? '';
  await findOrganizationByKey(table, projectId, 'key');
  await readFollowings(table, [(await read()).organization.id]);
  await updateOrganization(deps, await read(), { users: ['bob@example.com'] });

  const idle: TimerTarget = { lookAheadMs: 0, leaseMs: 60_000, send: () => Promise.resolve() };
  const targets = { 'google-sync': idle, 'microsoft-sync': idle, delivery: idle, bot: idle, follow: idle };
  await dispatchTimers({ table, targets, clock, logger: silentLogger }, () => 60_000);

  let users = [userOf('ada'), userOf('bob')];
  const follow = async (): Promise<void> => {
    const message = { project_id: projectId, organization_id: id };
    const following = {
      table,
      clock,
      readPage: async () => {
        await readUserList(table, id);
        return { users, isWhole: true, next: null };
      },
      connect: () => Promise.resolve(randomId('acct')),
      disconnect: () => Promise.resolve(),
      look: () => Promise.resolve(),
      pause: () => Promise.resolve(),
    };
    await followOrganization(following, message, () => true);
  };
  await follow();
  users = users.slice(1);
  await updateOrganization(deps, await read(), { users: ['bob@example.com'] });
  await follow();
  await listFailedMailboxes(table, id, { code: null, cursor: null, limit: 25 });
  await holdPlaces(table, 'owner', clock.now());

  const granted = { token: 'token', expiresAt: timestampOf(clock.now() + 3_600_000) };
  let answer = (): Promise<typeof granted> => Promise.reject(new Error('no answer'));
  const provider = { authorizeOrganization: () => answer() };
  const organization = await findOrganization(table, projectId, id);
  if (!organization) throw new Error('no connection');
  const authorize = () =>
    authorizeOrganization({ ...deps, providers: { google: provider, microsoft: provider } }, organization, 'ada');
  await authorize().catch(() => null);
  answer = () => Promise.resolve(granted);
  await authorize();

  await removeOrganizationConnection(deps, await read());
  await follow();
}
