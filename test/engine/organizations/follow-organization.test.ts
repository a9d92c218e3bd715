import { expect, it } from 'vitest';
import { listFailedMailboxes } from '../../../shared/organizations/failed-mailbox-store.ts';
import { MailboxRefused } from '../../../shared/organizations/mailbox-refused.ts';
import type { Mailbox } from '../../../shared/organizations/organization.ts';
import { organizationTimingMs } from '../../../shared/platform/account-timing.ts';
import { millisOf, timestampOf } from '../../../shared/platform/timestamp.ts';
import { ProviderError, type ProviderVerdict } from '../../../shared/providers/provider-error.ts';
import type { PageCursor } from '../../../shared/store/page.ts';
import { followInMemory, userOf } from '../../support/follow-harness.ts';
import { interceptTable } from '../../support/intercept-table.ts';
import { useOwnTable } from '../../support/use-stack.ts';

const table = useOwnTable('organizations');
const hour = 3_600_000;
const users = (count: number, prefix = 'user') =>
  Array.from({ length: count }, (_, index) => userOf(`${prefix}${String(index).padStart(5, '0')}`));
const fail = (verdict: ProviderVerdict, code = 'code'): never => {
  throw new ProviderError(verdict, code, 'refused');
};
const codeOf = ({ failure }: Mailbox) => failure?.code;

it('connects every user of a directory once, page by page, and counts them', async () => {
  const { world, followFor, read, mailboxes } = await followInMemory(table);
  world.users = users(230);
  await followFor(60_000);
  expect(await read()).toMatchObject({
    progress: { discovered: 230, connected: 230, waiting: 0, failed: {} },
    error: null,
    discovery: { number: 1, step: 'complete', seen: 230 },
  });
  expect(world.connects.toSorted()).toEqual(world.users.map(({ mailbox }) => mailbox));
  expect((await mailboxes()).every(({ account_id }) => account_id !== null)).toBe(true);
});

it('connects no more mailboxes a minute than its pace, and shares the pace of one quota', async () => {
  const first = await followInMemory(table, { mailboxes_per_minute: 60 });
  first.world.users = users(100);
  const since = first.now();
  await first.followFor(20_000);
  expect(first.world.connects.length).toBeGreaterThan(0);
  expect(first.world.connects.length).toBeLessThanOrEqual(20 + 5 + 25);
  await first.followFor(100_000);
  expect(first.world.connects).toHaveLength(100);
  expect(first.now() - since).toBe(120_000);

  const { identity } = first.organization;
  const second = await followInMemory(table, { identity, mailboxes_per_minute: 60 });
  second.world.users = users(75, 'other');
  // The first one has taken the places up to now.
  second.advance(100_000);
  await second.followFor(10_000);
  expect(second.world.connects.length).toBeLessThanOrEqual(50);
});

it('is complete and counts exactly after a crash at any request to the table', async () => {
  const { world, follow, followFor, read } = await followInMemory(table);
  world.users = users(60);
  let survived = 0;
  for (let crashAt = 1; survived < 1; crashAt += 1) {
    let requests = 0;
    const crashing = interceptTable(table, (send) => {
      requests += 1;
      if (requests === crashAt) throw new Error('crash');
      return send();
    });
    // One part of work between two crashes.
    let parts = 0;
    survived = await follow(crashing, () => (parts += 1) <= 2).then(
      () => 1,
      (error: Error) => {
        if (error.message !== 'crash') throw error;
        return 0;
      },
    );
  }
  await followFor(60_000);
  expect((await read())?.progress).toEqual({ discovered: 60, connected: 60, waiting: 0, failed: {} });
  expect(world.connected.size).toBe(60);
});

it('disconnects users whom a complete list lacks, and none before the list is complete', async () => {
  const { world, followFor, read } = await followInMemory(table);
  world.users = users(230);
  await followFor(60_000);
  world.users = world.users.slice(20);
  world.readPage = (link) => {
    if (link === '99') fail({ kind: 'retry', error: 'provider_unavailable' });
  };
  await followFor(5 * hour);
  expect(world.disconnects).toEqual([]);
  world.readPage = null;
  await followFor(hour);
  expect(world.disconnects.toSorted()).toEqual(users(20).map(({ id }) => id));
  expect((await read())?.progress).toMatchObject({ discovered: 210, connected: 210 });
});

it('disconnects many users only when a second complete list lacks them as well', async () => {
  const { world, followFor, read } = await followInMemory(table);
  const all = users(100);
  world.users = all;
  await followFor(60_000);
  world.users = all.slice(0, 50);
  await followFor(4 * hour);
  expect((await read())?.discovery.number).toBe(2);
  expect(world.disconnects).toEqual([]);
  world.users = all;
  await followFor(organizationTimingMs.confirmation);
  expect((await read())?.progress).toMatchObject({ connected: 100 });
  world.users = all.slice(0, 50);
  await followFor(6 * hour);
  expect(world.disconnects).toHaveLength(50);
  expect((await read())?.progress).toMatchObject({ discovered: 50, connected: 50 });
});

it('connects new and renamed users at a later reading, and suspended ones when they are enabled again', async () => {
  const { world, followFor, read, mailboxes } = await followInMemory(table);
  world.users = [userOf('ada'), userOf('sue', { isEnabled: false })];
  await followFor(60_000);
  expect((await read())?.progress).toEqual({
    discovered: 2,
    connected: 1,
    waiting: 0,
    failed: { account_disabled: 1 },
  });
  world.users = [userOf('ada', { mailbox: 'ada.king@example.com' }), userOf('sue'), userOf('new')];
  await followFor(5 * hour);
  expect((await read())?.progress).toEqual({ discovered: 3, connected: 3, waiting: 0, failed: {} });
  expect(world.connects.toSorted()).toEqual(['ada.king', 'ada', 'new', 'sue'].map((name) => `${name}@example.com`));
  expect((await mailboxes()).find(({ user_id }) => user_id === 'id-ada')).toMatchObject({
    mailbox: 'ada.king@example.com',
  });
});

it('counts and lists users who are refused, by the reason, and tries them again later', async () => {
  const { world, organization, followFor, read, mailboxes, now } = await followInMemory(table);
  world.users = [...users(3), userOf('nomail'), userOf('gone'), userOf('foreign'), userOf('taken')];
  world.refuse = (mailbox) => {
    if (mailbox.startsWith('nomail')) fail({ kind: 'disconnect', code: 'mailbox_unavailable' }, 'notACalendarUser');
    if (mailbox.startsWith('gone')) fail({ kind: 'disconnect', code: 'account_disabled' }, 'invalid_grant');
    if (mailbox.startsWith('foreign')) fail({ kind: 'operator', error: 'client_refused' }, 'unauthorized_client');
    if (mailbox.startsWith('taken')) throw new MailboxRefused('already_connected', 'by another connection');
  };
  await followFor(60_000);
  const failed = { mailbox_unavailable: 1, account_disabled: 1, refused: 1, already_connected: 1 };
  expect(await read()).toMatchObject({ error: null, progress: { discovered: 7, connected: 3, waiting: 0, failed } });
  expect((await mailboxes()).find(({ user_id }) => user_id === 'id-nomail')?.failure).toMatchObject({
    provider_code: 'notACalendarUser',
  });
  const list = (code: 'refused' | null, cursor: PageCursor | null = null) =>
    listFailedMailboxes(table, organization.id, { code, cursor, limit: 3 });
  const first = await list(null);
  const second = await list(null, first.next);
  expect([...first.rows, ...second.rows].map(({ user_id }) => user_id).toSorted()).toEqual(
    ['foreign', 'gone', 'nomail', 'taken'].map((name) => `id-${name}`),
  );
  expect(second.next).toBeNull();
  expect(await list(null, second.previous)).toMatchObject({ rows: first.rows });
  expect((await list('refused')).rows.map(({ user_id }) => user_id)).toEqual(['id-foreign']);
  // An hour later, after two and four hours, and then every six hours: since the first time.
  const pauses: number[] = [];
  for (let tries = 1; tries <= 5; tries += 1) {
    const [failed] = (await list('refused')).rows;
    expect(failed).toMatchObject({ tries, failure: { since: first.rows[0]?.failure.since } });
    pauses.push(millisOf(failed?.try_at ?? timestampOf(0)) - Math.floor(now()));
    await followFor(Math.max(0, pauses.at(-1) ?? 0));
  }
  expect(pauses.map((pause) => Math.round(pause / hour))).toEqual([1, 2, 4, 6, 6]);
  world.refuse = null;
  await followFor(organizationTimingMs.mailboxRetry);
  expect((await read())?.progress).toEqual({ discovered: 7, connected: 7, waiting: 0, failed: {} });
  expect((await mailboxes()).map(codeOf)).not.toContain('refused');
  expect(await list(null)).toMatchObject({ rows: [], next: null });
});

it('believes no refusal of a quota: it waits, and connects all', async () => {
  const { world, followFor, read } = await followInMemory(table);
  world.users = users(60);
  let refusals = 0;
  world.refuse = () => {
    if ((refusals += 1) > 30 && refusals <= 40) fail({ kind: 'quota' }, 'rateLimitExceeded');
  };
  await followFor(3 * 60_000);
  expect(await read()).toMatchObject({ error: null, progress: { connected: 60, waiting: 0, failed: {} } });
  expect(world.connects).toHaveLength(70);
});

it('shows what is refused for the whole organization, disconnects nothing, and goes on when it is repaired', async () => {
  const { world, followFor, read } = await followInMemory(table);
  world.users = users(30);
  world.refuse = () => fail({ kind: 'operator', error: 'client_refused' }, 'unauthorized_client');
  await followFor(2 * hour);
  const refused = await read();
  expect(refused).toMatchObject({
    error: { code: 'delegation_missing', provider_code: 'unauthorized_client' },
    progress: { discovered: 30, connected: 0, waiting: 30, failed: {} },
  });
  // Since the first refusal, and tried a few times only.
  expect(refused?.error?.since.slice(0, 16)).toBe('2026-11-27T08:00');
  expect(world.connects.length).toBeLessThanOrEqual(5 * 25);
  world.refuse = null;
  await followFor(organizationTimingMs.errorRetry + 60_000);
  expect(await read()).toMatchObject({ error: null, progress: { connected: 30 } });

  // A key that is deleted later is found at the next reading.
  world.refuse = () => fail({ kind: 'operator', error: 'client_refused' }, 'invalid_grant');
  await followFor(5 * hour);
  expect(await read()).toMatchObject({ error: { code: 'key_refused' }, progress: { connected: 30, failed: {} } });
  expect(world.disconnects).toEqual([]);
});

it('shows a directory that refuses it', async () => {
  const { world, followFor, read } = await followInMemory(table, { choice: { kind: 'group', group: 'all@x' } });
  world.readPage = () => fail({ kind: 'missing' }, 'notFound');
  await followFor(60_000);
  expect(await read()).toMatchObject({ error: { code: 'group_not_found' }, progress: { discovered: 0 } });
  world.readPage = () => fail({ kind: 'refused' }, 'forbidden');
  await followFor(hour);
  expect(await read()).toMatchObject({ error: { code: 'directory_refused' } });
});

it('reads the users from the beginning when a link is not accepted any more', async () => {
  const { world, followFor, read } = await followInMemory(table);
  world.users = users(150);
  let refused = 0;
  world.readPage = (link) => {
    if (link !== null && (refused += 1) === 1) fail({ kind: 'resync' });
  };
  await followFor(3 * 60_000);
  expect((await read())?.progress).toMatchObject({ discovered: 150, connected: 150 });
});

it('does nothing while it is paused, and goes on afterwards', async () => {
  const { world, follow, followFor, intend, read, dueAt } = await followInMemory(table);
  world.users = users(60);
  await follow(table, () => world.connects.length < 25);
  const before = world.connects.length;
  await intend('pause');
  await followFor(24 * hour);
  expect(world.connects).toHaveLength(before);
  expect(await dueAt()).toBeNull();
  await intend('follow');
  await followFor(60_000);
  expect((await read())?.progress).toMatchObject({ connected: 60 });
});

it('is removed with every account, also one that a crash has kept from being counted', async () => {
  const { world, deps, organization, follow, intend, read, mailboxes } = await followInMemory(table);
  world.users = users(120);
  await follow(table, () => world.connects.length < 50);
  const waiting = (await mailboxes()).find(({ status }) => status === 'waiting');
  if (!waiting) throw new Error('none waits');
  await deps.connect(organization, waiting);
  await intend('remove');
  await follow();
  expect(await read()).toBeNull();
  expect(world.connected.size).toBe(0);
  expect(await mailboxes()).toEqual([]);
});

it('wakes another worker when its time is over', async () => {
  const { world, follow, dueAt, now } = await followInMemory(table);
  world.users = users(200);
  let parts = 0;
  await follow(table, () => (parts += 1) <= 2);
  expect(await dueAt()).toBe(Math.floor(now()));
});
