import { expect, it } from 'vitest';
import { listFailedMailboxes } from '../../../shared/organizations/failed-mailbox-store.ts';
import { startOrganizationWorld } from '../../support/organization-world.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('odd-users');
const minute = 60_000;
const hour = 60 * minute;
const usualPace = 1_200;

type World = Awaited<ReturnType<typeof startOrganizationWorld>>;

/** What is shown of the users who could not be connected. */
async function failuresOf({ harness, read }: World): Promise<string[]> {
  const id = (await read())?.organization.id ?? '';
  const { rows } = await listFailedMailboxes(harness.table, id, { code: null, cursor: null, limit: 25 });
  return rows.map(({ email, failure }) => `${email} ${failure.code} ${failure.provider_code}`).sort();
}
const progressOf = async ({ read }: World) => (await read())?.following.progress;
const isSynced = async ({ calendars }: World): Promise<boolean[]> =>
  (await calendars()).map(
    ({ calendar, sync }) =>
      calendar.state === 'connected' && sync.last_attempted_sync_at === sync.last_successful_sync_at,
  );
/** The users of an organization: the first one is its administrator. */
function five<User>([admin, ada, bob, eve, sue]: User[]) {
  if (!admin || !ada || !bob || !eve || !sue) throw new Error('too few users');
  return { ada, bob, eve, sue };
}

it('connects at Google who is enabled, gets a calendar, or is renamed later, and disconnects who is deleted', async () => {
  const world = await startOrganizationWorld(stack, 'google', 5);
  const { google, users } = world;
  const { ada, bob, eve, sue } = five(users.google);
  bob.hasCalendar = false;
  eve.disabled = true;
  await world.connect(usualPace);
  await world.runFor(5 * minute);
  expect(await failuresOf(world)).toEqual([
    `${bob.email} mailbox_unavailable notACalendarUser`,
    `${eve.email} account_disabled directory`,
  ]);
  expect(await isSynced(world)).toEqual([true, true, true]);

  bob.hasCalendar = true;
  eve.disabled = false;
  google.renameAccount(ada, 'ada.king@customer.example');
  google.renameAccount(sue, 'sue@elsewhere.example');
  await world.followFor(5 * hour);
  expect(await progressOf(world)).toEqual({ discovered: 4, connected: 4, waiting: 0, failed: {} });
  expect(await failuresOf(world)).toEqual([]);
  expect(await isSynced(world)).toEqual([true, true, true, true]);
  await world.close();
}, 60_000);

it('connects at Microsoft who gets a mailbox, or is allowed by the policy later, and keeps who is renamed', async () => {
  const world = await startOrganizationWorld(stack, 'microsoft', 5);
  const { application, users } = world;
  const { ada, bob, eve, sue } = five(users.microsoft);
  bob.hasMailbox = false;
  eve.disabled = true;
  application.mailboxes = users.microsoft.filter((user) => user !== sue).map(({ email }) => email);
  await world.connect(usualPace);
  await world.runFor(5 * minute);
  expect(await failuresOf(world)).toEqual([
    `${bob.email} mailbox_unavailable MailboxNotEnabledForRESTAPI`,
    `${eve.email} account_disabled directory`,
    `${sue.email} admin_blocked ErrorAccessDenied`,
  ]);
  expect(await isSynced(world)).toEqual([true, true]);

  bob.hasMailbox = true;
  eve.disabled = false;
  application.mailboxes = undefined;
  ada.mail = 'ada.king@customer.example';
  await world.followFor(5 * hour);
  expect(await progressOf(world)).toEqual({ discovered: 5, connected: 5, waiting: 0, failed: {} });
  expect(await isSynced(world)).toEqual([true, true, true, true, true]);
  await world.close();
}, 60_000);
