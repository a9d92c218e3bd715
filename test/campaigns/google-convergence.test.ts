import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { googleFaults } from '../../infra/local/simulators/google/google-faults.ts';
import { startTestStack, type TestStack } from '../support/start-test-stack.ts';
import { createSyncHarness, storedLines, trueLines } from '../support/sync-harness.ts';

/** A few runs belong to every test run; `npm run campaign` sets many. */
const runs = Number(process.env.KALENDS_CAMPAIGN_RUNS ?? 12);
const hour = 3_600_000;
const zone = 'America/New_York';

let stack: TestStack;
let users = 0;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack?.close());

const pick = <Item>(items: Item[], index: number): Item | undefined => items[index % Math.max(1, items.length)];

const step = fc.record({
  change: fc.constantFrom(
    'insert',
    'insert-all-day',
    'insert-series',
    'rename',
    'move',
    'move-far',
    'delete',
    'move-instance',
    'delete-instance',
    'delete-series',
    'split-series',
    'touch',
    'expire-tokens',
    'empty-pages',
  ),
  fault: fc.option(
    fc.constantFrom(
      'rateLimitExceeded',
      'serviceUnavailable',
      'droppedConnection',
      'truncatedJson',
      'fullSyncRequired',
      'authError',
    ),
    { freq: 3 },
  ),
  at: fc.constantFrom('list', 'delta', 'token', 'watch'),
  /** Is the change's notification lost? The next one that comes through brings it along. */
  lost: fc.boolean(),
  crashAfter: fc.option(fc.integer({ min: 1, max: 12 }), { freq: 3 }),
  index: fc.nat(1000),
  hours: fc.integer({ min: -20, max: 24 * 27 }),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function walk(steps: Step[]): Promise<void> {
  users += 1;
  const { google, local } = stack;
  const harness = createSyncHarness(local, google);
  const account = google.addAccount({ email: `walker-${users}@example.com` });
  const calendar = google.addCalendar(account, { primary: true, timeZone: zone });
  const { id } = await harness.connect(null, account);
  const at = (hours: number) => ({ dateTime: new Date(local.now() + hours * hour).toISOString(), timeZone: zone });
  const singles: string[] = [];
  const series: string[] = [];

  const change = ({ change: kind, index, hours }: Step): void => {
    const living = google.truth(calendar, { from: local.now() - 24 * hour, to: local.now() + 28 * 24 * hour });
    const instance = pick(
      living.filter(({ recurringEventId }) => recurringEventId !== undefined),
      index,
    );
    const single = pick(singles, index);
    const master = pick(series, index);
    const times = { start: at(hours), end: at(hours + 1) };
    if (kind === 'insert') singles.push(google.insertEvent(calendar, { summary: `event ${index}`, ...times }));
    if (kind === 'insert-all-day') {
      const day = (offset: number) => ({ date: at(hours + offset * 24).dateTime.slice(0, 10) });
      singles.push(google.insertEvent(calendar, { summary: 'all day', start: day(0), end: day(1) }));
    }
    if (kind === 'insert-series') {
      const recurrence = [
        `RRULE:FREQ=${pick(['DAILY', 'WEEKLY'], index)}${pick(['', ';COUNT=9', ';INTERVAL=2'], index)}`,
      ];
      series.push(google.insertEvent(calendar, { summary: `series ${index}`, ...times, recurrence }));
    }
    if (kind === 'rename' && single) google.patchEvent(calendar, single, { summary: `renamed ${index}` });
    if (kind === 'move' && single) google.patchEvent(calendar, single, times);
    if (kind === 'move-far' && single) google.patchEvent(calendar, single, { start: at(2000), end: at(2001) });
    if (kind === 'delete' && single) google.deleteEvent(calendar, singles.splice(singles.indexOf(single), 1)[0] ?? '');
    if (kind === 'move-instance' && instance) google.moveInstance(calendar, instance.id, times);
    if (kind === 'delete-instance' && instance) google.deleteInstance(calendar, instance.id);
    if (kind === 'delete-series' && master)
      google.deleteSeries(calendar, series.splice(series.indexOf(master), 1)[0] ?? '');
    if (kind === 'split-series' && instance) {
      const first = living.find(({ recurringEventId }) => recurringEventId === instance.recurringEventId);
      if (first?.id !== instance.id) series.push(google.splitSeries(calendar, instance.id, { summary: 'split off' }));
    }
    if (kind === 'touch') google.touch(calendar, single);
    if (kind === 'expire-tokens') google.expireSyncTokens(calendar);
    google.switches.emptyPages = kind === 'empty-pages' ? 2 : 0;
  };

  /** Delivers as the queue does, until the message is settled. */
  const settle = async (crashAfter: number | null): Promise<void> => {
    if (crashAfter !== null) await harness.deliverCrashing(id, 'push', crashAfter).catch(ignoreCrash);
    for (let attempt = 1; attempt < 8; attempt += 1) {
      if ((await harness.deliver(id, 'push', attempt)).kind !== 'retry') return;
    }
    throw new Error('never settled');
  };

  /** A consumer that reads what each announcement tells it to read, and nothing else. */
  const consumed = new Map<string, string>();
  const consume = async (): Promise<void> => {
    const since = harness.facts.splice(0).flatMap(({ data }) => (typeof data.since === 'string' ? [data.since] : []));
    for (const event of await harness.stored(id)) {
      if (since.some((from) => event.updated_at >= from.replace(/(:\d\d)Z$/, '$1.000000Z'))) {
        consumed.set(event.id, `${event.updated_at} ${event.is_deleted}`);
      }
    }
  };

  await settle(null);
  await consume();
  for (const item of steps) {
    change(item);
    if (item.lost) continue;
    if (item.fault)
      google.faults.push({ on: item.at, account: account.email, times: 1, outcome: googleFaults[item.fault] });
    await settle(item.crashAfter);
    await consume();
  }
  google.faults.length = 0;
  google.switches.emptyPages = 0;
  await settle(null);
  await consume();

  expect(await storedLines(harness, id)).toEqual(trueLines(harness, google, calendar, zone));
  const rows = (await harness.stored(id)).map(
    (event) => [event.id, `${event.updated_at} ${event.is_deleted}`] as const,
  );
  expect(consumed).toEqual(new Map(rows));
  const stamps = rows.map(([, row]) => row.slice(0, 27));
  expect(new Set(stamps).size, 'updated_at is unique within a calendar').toBe(stamps.length);
  expect((await harness.load(id)).calendar.state).toBe('connected');
}

const ignoreCrash = (error: unknown): void => {
  if ((error as Error).name !== 'Crash') throw error;
};

it('whatever happens, the stored window equals the provider’s and every change was announced', {
  timeout: 20_000 + runs * 10_000,
}, async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), walk), {
    numRuns: runs,
    endOnFailure: true,
  });
});
