import { beforeEach, expect, it } from 'vitest';
import type { MicrosoftAccount } from '../../../local/simulators/microsoft/simulator-state.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

let harness: ReturnType<typeof createSyncHarness>;
let ada: MicrosoftAccount;
let team: MicrosoftAccount;
let shared: string;
let users = 0;

beforeEach(() => {
  harness = createSyncHarness(stack);
  ada = add(['Calendars.Read', 'Calendars.Read.Shared']);
  team = add(['Calendars.Read']);
  shared = stack.microsoft.addCalendar(team, { name: 'Team' });
  insert('Planning', 2);
});

function add(scopes: string[]): MicrosoftAccount {
  users += 1;
  const account = stack.microsoft.addAccount({ email: `shared-${users}@example.com`, scopes });
  stack.microsoft.addCalendar(account);
  return account;
}

const insert = (subject: string, hours: number): void => {
  const at = (ahead: number) => ({ dateTime: new Date(stack.local.now() + ahead * 3_600_000).toISOString() });
  stack.microsoft.insertEvent(shared, { subject, start: at(hours), end: at(hours + 1) });
};

const connect = async (platformUuid: string): Promise<string> =>
  (await harness.connect({ platform: 'microsoft', account: ada }, { platformUuid })).id;
const names = async (id: string) =>
  (await harness.stored(id)).filter((event) => !event.is_deleted).map((event) => event.name);
const calls = (kind: 'calendars' | 'calendar') =>
  stack.microsoft.requests.filter((one) => one.account === ada.email && one.kind === kind).length;

it('reads a calendar of another mailbox by its path at Graph, and follows its changes', async () => {
  stack.microsoft.shareCalendar(shared, { reader: ada, isListed: false });
  const path = `users/${team.email}/calendars/${shared}`;
  const id = await connect(path);
  expect(await harness.finish(id, 'create')).toEqual({ kind: 'ok' });
  expect(await names(id)).toEqual(['Planning']);
  insert('Review', 5);
  await harness.deliver(id, 'schedule');
  expect(new Set(await names(id))).toEqual(new Set(['Planning', 'Review']));
  expect((await harness.load(id)).calendar).toMatchObject({ platform_uuid: path, name: 'Team', mailbox: null });
});

it('reads a shared calendar that is connected by its id alone in the mailbox of its owner', async () => {
  stack.microsoft.shareCalendar(shared, { reader: ada });
  const id = await connect(shared);
  expect(await harness.deliver(id, 'create')).toMatchObject({ kind: 'retry' });
  expect((await harness.load(id)).sync.last_successful_sync_at).toBeUndefined();
  expect(await harness.deliver(id, 'create', 2)).toEqual({ kind: 'ok' });
  expect(await names(id)).toEqual(['Planning']);
  expect((await harness.load(id)).calendar).toMatchObject({ platform_uuid: shared, mailbox: team.email });
});

/** Graph opens a subscription also by the path of the account's own mailbox, where no event is found. */
const openSubscription = (id: string): void => {
  const expirationDateTime = new Date(stack.local.now() + 6 * 24 * 3_600_000).toISOString();
  const outcome = { status: 201, body: { id, expirationDateTime } };
  stack.microsoft.faults.push({ on: 'subscribe', account: ada.email, times: 1, outcome });
};
const channelOf = async (id: string) => (await harness.load(id)).sync.push.channel;
const closed = (id: string): boolean =>
  stack.microsoft.requests.some(({ method, path }) => method === 'DELETE' && path.endsWith(`/subscriptions/${id}`));

it('replaces a subscription that was opened before the mailbox was found, at once and once', async () => {
  stack.microsoft.shareCalendar(shared, { reader: ada });
  const id = await connect(shared);
  openSubscription(`own-${ada.oid}`);
  expect(await harness.deliver(id, 'create')).toMatchObject({ kind: 'retry' });
  expect(await channelOf(id)).toMatchObject({ kind: 'live', resource_id: `own-${ada.oid}` });
  openSubscription(`owner-${ada.oid}`);
  expect(await harness.deliver(id, 'create', 2)).toEqual({ kind: 'ok' });
  const channel = await channelOf(id);
  expect(channel).toMatchObject({ kind: 'live', resource_id: `owner-${ada.oid}` });
  expect([closed(`own-${ada.oid}`), closed(`owner-${ada.oid}`)]).toEqual([true, false]);
  await harness.deliver(id, 'schedule');
  expect(await channelOf(id)).toEqual(channel);
});

it('ends a subscription that was opened before the mailbox was found, also where Graph pushes nothing of that mailbox', async () => {
  stack.microsoft.shareCalendar(shared, { reader: ada });
  const id = await connect(shared);
  openSubscription(`alone-${ada.oid}`);
  await harness.deliver(id, 'create');
  expect(await harness.deliver(id, 'create', 2)).toEqual({ kind: 'ok' });
  // It is polled, and is shown so.
  expect(await channelOf(id)).toEqual({ kind: 'none' });
  expect(closed(`alone-${ada.oid}`)).toBe(true);
});

it('never takes the id of another mailbox for an empty calendar', async () => {
  stack.microsoft.shareCalendar(shared, { reader: ada, isListed: false });
  const id = await connect(shared);
  expect(await harness.passTime(id, 3_600_000)).toEqual({ kind: 'disconnected' });
  const { calendar, sync } = await harness.load(id);
  expect(sync.last_successful_sync_at).toBeUndefined();
  expect(calendar.connection_failure_data).toMatchObject({ code: 'calendar_not_found' });
});

it('takes no shared calendar for empty that the app may not read', async () => {
  const eve = add(['Calendars.Read']);
  stack.microsoft.shareCalendar(shared, { reader: eve });
  const { id } = await harness.connect({ platform: 'microsoft', account: eve }, { platformUuid: shared });
  await harness.passTime(id, 3_600_000);
  const { calendar, sync } = await harness.load(id);
  expect(sync.last_successful_sync_at).toBeUndefined();
  expect([calendar.state, sync.failing?.code]).toEqual(['connected', 'refused']);
});

it('keeps the events of a calendar that is not shared any more, and goes on when it is shared again', async () => {
  stack.microsoft.shareCalendar(shared, { reader: ada });
  const id = await connect(shared);
  await harness.finish(id, 'create');
  stack.microsoft.unshareCalendar(shared, ada);
  expect(await harness.passTime(id, 3_600_000)).toEqual({ kind: 'disconnected' });
  expect((await harness.load(id)).calendar.connection_failure_data).toMatchObject({ code: 'consent_missing' });
  expect(await names(id)).toEqual(['Planning']);
  stack.microsoft.shareCalendar(shared, { reader: ada });
  insert('Meanwhile', 6);
  expect(await harness.finish(id, 'patch')).toEqual({ kind: 'ok' });
  expect(new Set(await names(id))).toEqual(new Set(['Meanwhile', 'Planning']));
});

it('asks the calendar list once about an empty calendar of the account, and never about the primary one', async () => {
  const own = stack.microsoft.addCalendar(ada, { name: 'Own' });
  const id = await connect(own);
  const before = calls('calendars');
  expect(await harness.finish(id, 'create')).toEqual({ kind: 'ok' });
  await harness.deliver(id, 'schedule');
  // One more request names the calendar.
  expect(calls('calendars') - before).toBe(2);
  const primary = await harness.connect({ platform: 'microsoft', account: ada });
  expect(await harness.finish(primary.id, 'create')).toEqual({ kind: 'ok' });
  expect(calls('calendars') - before).toBe(3);
});
