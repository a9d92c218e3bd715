import { describe, expect, it } from 'vitest';
import { ProviderError, type ProviderVerdict } from '../../../shared/providers/provider-error.ts';
import { followInMemory, userOf } from '../../support/follow-harness.ts';
import { useOwnTable } from '../../support/use-stack.ts';
import { waitUntil } from '../../support/wait-until.ts';

const table = useOwnTable('odd-directories');
const minute = 60_000;
const hour = 60 * minute;
const users = (count: number) => Array.from({ length: count }, (_, index) => userOf(`user${index + 100}`));
const fail = (verdict: ProviderVerdict, code: string): never => {
  throw new ProviderError(verdict, code, 'refused');
};

/** An organization whose users are connected. */
async function connected(count: number, change: Parameters<typeof followInMemory>[1] = {}) {
  const made = await followInMemory(table, change);
  made.world.users = users(count);
  await made.followFor(minute);
  expect((await made.read())?.progress).toMatchObject({ discovered: count, connected: count });
  return made;
}

describe('A list of users', () => {
  it('with more users on a page than were asked for is read whole, and each user once', async () => {
    const { world, deps, followFor, read } = await followInMemory(table);
    world.users = users(120);
    deps.readPage = () => Promise.resolve({ users: [...world.users, ...world.users], isWhole: true, next: null });
    await followFor(minute);
    const all = { discovered: 120, connected: 120, waiting: 0, failed: {} };
    expect(await read()).toMatchObject({ progress: all, discovery: { number: 1, step: 'complete', seen: 120 } });
    world.users = world.users.slice(5);
    await followFor(4 * hour);
    expect(world.disconnects).toHaveLength(5);
  });

  it('that repeats its page under ever new links is shown, and disconnects no one', async () => {
    const { world, deps, followFor, read } = await connected(30);
    const usual = { ...deps };
    let pages = 0;
    deps.readPage = async () => {
      pages += 1;
      return { users: users(20), isWhole: true, next: `link ${pages}` };
    };
    await followFor(4 * hour + minute);
    expect(await read()).toMatchObject({ error: { code: 'directory_refused', provider_code: 'endless_list' } });
    expect(pages).toBeLessThan(60);
    Object.assign(deps, usual);
    await followFor(hour);
    expect(await read()).toMatchObject({ error: null, progress: { connected: 30 } });
    expect(world.disconnects).toEqual([]);
  });

  it('of all users that is empty is not believed, however often it comes', async () => {
    const { world, followFor, read } = await connected(30);
    world.users = [];
    await followFor(6 * hour);
    expect(await read()).toMatchObject({
      error: { code: 'directory_refused', provider_code: 'empty_list' },
      progress: { connected: 30 },
    });
    expect(world.disconnects).toEqual([]);
  });

  it('of a group that is empty is believed when the next one is empty, too', async () => {
    const { world, followFor } = await connected(30, { choice: { kind: 'group', group: 'sales@example.com' } });
    world.users = [];
    await followFor(4 * hour);
    expect(world.disconnects).toEqual([]);
    await followFor(2 * hour);
    expect(world.disconnects).toHaveLength(30);
  });

  it('with entries that cannot be read disconnects no one, however often it comes', async () => {
    const { world, followFor, read } = await connected(30);
    Object.assign(world, { users: users(25), isWhole: false });
    await followFor(8 * hour);
    expect((await read())?.discovery.number).toBeGreaterThan(3);
    expect(world.disconnects).toEqual([]);
    world.isWhole = true;
    await followFor(4 * hour);
    expect(world.disconnects).toHaveLength(5);
  });

  it('that is refused in its middle is shown, disconnects no one, and goes on where it was', async () => {
    const { world, followFor, read } = await connected(230);
    world.users = world.users.slice(20);
    const links: (string | null)[] = [];
    let isRefused = true;
    world.readPage = (link) => {
      links.push(link);
      if (isRefused && link !== null) fail({ kind: 'refused' }, 'forbidden');
    };
    await followFor(5 * hour);
    expect(await read()).toMatchObject({ error: { code: 'directory_refused' }, progress: { connected: 230 } });
    expect(world.disconnects).toEqual([]);
    isRefused = false;
    links.length = 0;
    await followFor(hour);
    expect(links).toEqual(['99', '198']);
    expect(await read()).toMatchObject({ error: null, progress: { discovered: 210, connected: 210 } });
  });
});

describe('While an organization is being connected', () => {
  it.each([
    ['its key is revoked', 'invalid_grant', 'key_refused'],
    ['its delegation is withdrawn', 'unauthorized_client', 'delegation_missing'],
  ])('and %s, it is shown, and no mailbox counts as failed', async (_name, provider_code, code) => {
    const { world, followFor, read } = await followInMemory(table);
    world.users = users(100);
    world.refuse = () => {
      if (world.connected.size >= 50) fail({ kind: 'operator', error: 'client_refused' }, provider_code);
    };
    await followFor(10 * minute);
    expect(await read()).toMatchObject({
      error: { code, provider_code },
      progress: { discovered: 100, connected: 50, waiting: 50, failed: {} },
    });
    world.refuse = null;
    await followFor(31 * minute);
    expect(await read()).toMatchObject({ error: null, progress: { connected: 100, waiting: 0, failed: {} } });
    expect(world.disconnects).toEqual([]);
  });

  it('and it is removed, no account is left', async () => {
    const { world, follow, intend, read, mailboxes } = await followInMemory(table);
    world.users = users(60);
    const { promise, resolve } = Promise.withResolvers<void>();
    world.before = () => (world.connects.length < 30 ? Promise.resolve() : promise);
    const working = follow();
    await waitUntil(() => world.connects.length > 30, 20_000);
    await intend('remove');
    resolve();
    await working;
    expect(await read()).toBeNull();
    expect(world.connected.size).toBe(0);
    expect(await mailboxes()).toEqual([]);
  });

  it('and it is paused, it ends what it has begun, and counts that when it goes on', async () => {
    const { world, follow, followFor, intend, read } = await followInMemory(table);
    world.users = users(60);
    const { promise, resolve } = Promise.withResolvers<void>();
    world.before = () => (world.connects.length < 30 ? Promise.resolve() : promise);
    const working = follow();
    await waitUntil(() => world.connects.length > 30, 20_000);
    await intend('pause');
    resolve();
    await working;
    expect(world.connected.size).toBe(50);
    await followFor(hour);
    expect(world.connected.size).toBe(50);
    await intend('follow');
    await followFor(minute);
    expect((await read())?.progress).toEqual({ discovered: 60, connected: 60, waiting: 0, failed: {} });
  });

  it('and a user leaves whom a page of the list does not show because it fails, the user stays', async () => {
    const { world, followFor, read } = await followInMemory(table);
    world.users = users(150);
    world.readPage = (link) => {
      if (link !== null) fail({ kind: 'retry', error: 'provider_unavailable' }, 'backendError');
    };
    await followFor(hour);
    expect((await read())?.progress).toMatchObject({ discovered: 99 });
    expect(world.disconnects).toEqual([]);
    world.readPage = null;
    await followFor(hour);
    expect((await read())?.progress).toMatchObject({ discovered: 150, connected: 150 });
  });
});

it('keeps a suspended user, whose calendar the provider decides on, and disconnects a deleted one', async () => {
  const { world, followFor, read } = await connected(30);
  world.users = world.users.slice(1).map((user, index) => (index === 0 ? { ...user, isEnabled: false } : user));
  await followFor(5 * hour);
  expect(world.disconnects).toEqual(['id-user100']);
  expect((await read())?.progress).toEqual({ discovered: 29, connected: 29, waiting: 0, failed: {} });
});
