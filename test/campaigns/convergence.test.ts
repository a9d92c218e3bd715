import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SimulatedCall, SimulatedFault } from '../support/simulated-user.ts';
import { simulateUser } from '../support/simulated-user.ts';
import { createSyncHarness, storedLines, trueLines } from '../support/sync-harness.ts';
import { useStack } from '../support/use-stack.ts';

/** A few runs belong to every test run; `npm run campaign` makes many. */
const runs = Number(process.env.KALENDS_CAMPAIGN_RUNS ?? 10);
const hourMs = 3_600_000;

const stack = useStack();

const pick = <Item>(items: Item[], index: number): Item | undefined => items[index % Math.max(1, items.length)];

const step = fc.record({
  change: fc.constantFrom(
    'insert',
    'insert-all-day',
    'insert-series',
    'rename',
    'move',
    'move-far',
    'remove',
    'move-instance',
    'rename-instance',
    'remove-instance',
    'rename-series',
    'remove-series',
    'touch',
    'expire-tokens',
    'empty-pages',
  ),
  fault: fc.option(
    fc.constantFrom<SimulatedFault>(
      'rateLimited',
      'unavailable',
      'droppedConnection',
      'truncatedJson',
      'syncTokenGone',
      'unauthorized',
    ),
    { freq: 3 },
  ),
  at: fc.constantFrom<SimulatedCall>('list', 'delta', 'token', 'open'),
  /** Is the change's notification lost? The next one that comes through brings it along. */
  lost: fc.boolean(),
  crashAfter: fc.option(fc.integer({ min: 1, max: 12 }), { freq: 3 }),
  index: fc.nat(1000),
  /** Half past, as no instance is to begin at the very second in which the window ends: it is shown a second later. */
  hours: fc.integer({ min: -20, max: 24 * 27 }).map((hours) => hours + 0.5),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const ignoreCrash = (error: unknown): void => {
  if ((error as Error).name !== 'Crash') throw error;
};

async function walk(platform: 'google' | 'microsoft', steps: Step[]): Promise<void> {
  const { local } = stack;
  const harness = createSyncHarness(stack);
  const user = simulateUser(stack, platform, { zone: 'America/New_York' });
  const { id } = await harness.connect(user);
  const singles: string[] = [];
  const series: string[] = [];
  const take = (ids: string[], wanted: string): string => ids.splice(ids.indexOf(wanted), 1)[0] ?? '';

  const change = ({ change: kind, index, hours }: Step): void => {
    const living = user.truth(local.now() - 24 * hourMs, local.now() + 28 * 24 * hourMs).map(({ id: uuid }) => uuid);
    const instance = pick(
      living.filter((uuid) => !singles.includes(uuid)),
      index,
    );
    const [single, master] = [pick(singles, index), pick(series, index)];
    const day = (offset: number) => new Date(local.now() + (hours + offset * 24) * hourMs).toISOString().slice(0, 10);
    if (kind === 'insert') singles.push(user.insert(`event ${index}`, hours));
    if (kind === 'insert-all-day') singles.push(user.insertAllDay('all day', day(0), day(1)));
    if (kind === 'insert-series') series.push(user.insertSeries(`series ${index}`, hours, index % 2 ? 'day' : 'week'));
    if (kind === 'rename' && single) user.rename(single, `renamed ${index}`);
    if (kind === 'move' && single) user.move(single, hours);
    if (kind === 'move-far' && single) user.move(single, 2000);
    if (kind === 'remove' && single) user.remove(take(singles, single));
    if (kind === 'move-instance' && instance) user.move(instance, hours);
    if (kind === 'rename-instance' && instance) user.rename(instance, `once ${index}`);
    if (kind === 'remove-instance' && instance) user.remove(instance);
    if (kind === 'rename-series' && master) user.rename(master, `all ${index}`);
    if (kind === 'remove-series' && master) user.remove(take(series, master));
    if (kind === 'touch') user.touch(single);
    if (kind === 'expire-tokens') user.expireSyncTokens();
    user.emptyPages(kind === 'empty-pages' ? 2 : 0);
  };

  /** Delivers as the queue does, until the message is complete. */
  const finish = async (crashAfter: number | null): Promise<void> => {
    if (crashAfter !== null) await harness.deliverCrashing(id, 'push', crashAfter).catch(ignoreCrash);
    for (let attempt = 1; attempt < 8; attempt += 1) {
      if ((await harness.deliver(id, 'push', attempt)).kind !== 'retry') return;
    }
    throw new Error('never completed');
  };

  /** A consumer that reads what each announcement tells it to read, and nothing else. */
  const consumed = new Map<string, string>();
  const consume = async (): Promise<void> => {
    const since = harness.notifications
      .splice(0)
      .flatMap(({ data }) => (typeof data.since === 'string' ? [data.since] : []));
    for (const event of await harness.stored(id)) {
      if (since.some((from) => event.updated_at >= from.replace(/(:\d\d)Z$/, '$1.000000Z'))) {
        consumed.set(event.id, `${event.updated_at} ${event.is_deleted}`);
      }
    }
  };

  await finish(null);
  await consume();
  for (const item of steps) {
    change(item);
    if (item.lost) continue;
    if (item.fault) user.fault(item.at, item.fault);
    await finish(item.crashAfter);
    await consume();
  }
  stack.google.faults.length = 0;
  stack.microsoft.faults.length = 0;
  user.emptyPages(0);
  await finish(null);
  await consume();

  expect(await storedLines(harness, id)).toEqual(trueLines(harness, user));
  const rows = (await harness.stored(id)).map(
    (event) => [event.id, `${event.updated_at} ${event.is_deleted}`] as const,
  );
  expect(consumed).toEqual(new Map(rows));
  const stamps = rows.map(([, row]) => row.slice(0, 27));
  expect(new Set(stamps).size, 'updated_at is unique within a calendar').toBe(stamps.length);
  expect((await harness.load(id)).calendar.state).toBe('connected');
}

it.each(['google', 'microsoft'] as const)(
  '%s: whatever happens, the stored window equals the provider’s and every change was announced',
  { timeout: 30_000 + runs * 10_000 },
  async (platform) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), (steps) => walk(platform, steps)),
      { numRuns: runs, endOnFailure: true },
    );
  },
);
