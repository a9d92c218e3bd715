import { expect, it } from 'vitest';
import { syncCalendar } from '../../../shared/sync/sync-calendar.ts';
import type { SyncDeps, SyncOutcome, SyncRequest } from '../../../shared/sync/sync-run.ts';
import { laneShare } from '../../../shared/worker-shares/lane-share-store.ts';
import { connectCalendar } from '../../support/connected-calendar.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';
import { createSyncQueueInMemory } from '../../support/sync-queue-in-memory.ts';
import { useStack } from '../../support/use-stack.ts';
import { waitUntil } from '../../support/wait-until.ts';

const stack = useStack();
/** Of the queue, and what one project may have of it: leases and groups of long runs. */
const workers = 12;
const [leases, longGroups] = [2, 2];
const firstSyncs = 20;
const samples = 7;

/** The calendar of the other project is of the same OAuth client, and of another one. */
it.each([
  ['the same OAuth client', false],
  ['another OAuth client', true],
])(
  'first syncs of an organization leave workers free for a project with %s',
  async (client, ownClient) => {
    const syncs = createSyncQueueInMemory(() => stack.local.now());
    const queues = { google: syncs.queue, microsoft: syncs.queue };
    const organization = createSyncHarness(stack);
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    let listings = 0;
    let most = 0;
    const { google } = organization.deps.providers;
    /** The provider answers a listing only when the test releases it. */
    const slow: typeof google = {
      ...google,
      fetchPage: async (...call) => {
        listings += 1;
        most = Math.max(most, listings);
        await answered;
        listings -= 1;
        return google.fetchPage(...call);
      },
    };
    const share = laneShare(
      { table: organization.table, clock: organization.deps.clock, random: Math.random, logger: silentLogger },
      { lane: 'google-sync', size: leases, leaseMs: 120_000 },
    );
    const organizationDeps: SyncDeps = {
      ...organization.deps,
      providers: { ...organization.deps.providers, google: slow },
      shares: { ...organization.deps.shares, google: share },
      queues,
      longGroups,
    };
    const other = await connectCalendar(stack, 'google', { ownClient });
    const otherDeps = { ...other.harness.deps, queues };
    await other.sync('create');
    const work = (request: SyncRequest): Promise<SyncOutcome> =>
      syncCalendar(request.calendar_id === other.id ? otherDeps : organizationDeps, request);
    const names: string[] = [];
    /** A push takes a worker that is free. @returns milliseconds until the changed event is stored */
    const push = async (name: string): Promise<number> => {
      other.user.insert(name, 3);
      names.push(name);
      const since = performance.now();
      await syncs.queue.send({ calendar_id: other.id, trigger: 'push' }, name);
      await syncs.drain(1, work);
      const took = performance.now() - since;
      expect(new Set((await other.living()).map((event) => event.name))).toEqual(new Set(names));
      return took;
    };
    const pushes = async (when: string): Promise<number> => {
      const times: number[] = [];
      for (let index = 0; index < samples; index += 1) times.push(await push(`${when} ${index}`));
      return times.toSorted((a, b) => a - b)[Math.floor(samples / 2)] ?? 0;
    };
    await push('first');
    const alone = await pushes('alone');

    for (let index = 0; index < firstSyncs; index += 1) {
      const { id } = await organization.connect(simulateUser(stack, 'google'));
      await syncs.queue.send({ calendar_id: id, trigger: 'create' }, 'create');
    }
    let busy = 0;
    const working = syncs.drain(workers, async (request) => {
      busy += 1;
      try {
        return await work(request);
      } finally {
        busy -= 1;
      }
    });
    await waitUntil(() => busy <= leases + longGroups && listings === busy, 30_000);
    expect(listings).toBe(leases + longGroups);

    const beside = await pushes('beside');
    const shown = `${Math.round(alone)} ms alone, ${Math.round(beside)} ms beside ${firstSyncs} first syncs`;
    process.stdout.write(`push → stored event, median of ${samples}, ${client}: ${shown}\n`);
    expect([listings, most]).toEqual([leases + longGroups, leases + longGroups]);

    answer();
    await working;
    await syncs.drain(workers, work);
    expect(syncs.waiting()).toBe(0);
  },
  120_000,
);
