import { expect, it } from 'vitest';
import { syncCalendar } from '../../shared/sync/sync-calendar.ts';
import { connectCalendar } from '../support/connected-calendar.ts';
import { useStack } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';

/** `npm run campaign` takes 20,000 instances and deletes 5,200 of them. */
const isCampaign = process.env.KALENDS_CAMPAIGN_RUNS !== undefined;
const futureDays = 400;
const [series, deleted] = [50, 13];
const instances = series * futureDays;

const stack = useStack();

it.runIf(isCampaign).each(['google', 'microsoft'] as const)(
  `%s: a calendar of ${instances} instances, and the deletion of ${deleted * futureDays} of them, delay nobody else`,
  { timeout: 1_200_000 },
  async (platform) => {
    const [big, small] = [stack.simulate(platform), stack.simulate(platform)];
    small.insert('standing', 2);
    const [bigId, smallId] = [await stack.connect(big), await stack.connect(small)];
    await stack.idle();
    const living = async (id: string) => (await stack.events(id)).filter(({ is_deleted }) => !is_deleted).length;

    /** How long a change of the other calendar takes meanwhile, in milliseconds. */
    const delays: number[] = [];
    const over = new AbortController();
    const others = async (): Promise<void> => {
      for (let change = 0; !over.signal.aborted; change += 1) {
        const name = `meanwhile ${change}`;
        const at = performance.now();
        small.insert(name, 3);
        await waitUntil(async () => (await stack.events(smallId)).some((event) => event.name === name), 60_000);
        delays.push(performance.now() - at);
      }
    };
    const meanwhile = others();

    const ids = Array.from({ length: series }, (_none, index) => big.insertSeries(`series ${index}`, 2 + index, 'day'));
    const began = performance.now();
    await stack.call('PATCH', `/calendars/${bigId}`, { sync_window: { future_days: futureDays } });
    await stack.idle(900_000);
    const synced = performance.now();
    const before = await living(bigId);
    expect(before).toBeGreaterThanOrEqual(series * (futureDays - 1));
    for (const id of ids.slice(0, deleted)) big.remove(id);
    await waitUntil(async () => (await living(bigId)) <= before - deleted * (futureDays - 1), 600_000);
    over.abort();
    await meanwhile;
    const counts = (await stack.local.state()).functions['sync-calendar'];
    expect([counts?.failures, counts?.crashes]).toEqual([0, 0]);
    const slowest = Math.max(...delays) / 1000;
    process.stdout.write(
      `${platform}: ${before} instances in ${((synced - began) / 1000).toFixed(0)} s, ${deleted * futureDays} deleted in ${((performance.now() - synced) / 1000).toFixed(0)} s; ${delays.length} changes of another calendar meanwhile, each in at most ${slowest.toFixed(1)} s\n`,
    );
    expect(slowest).toBeLessThan(30);
  },
);

it.each(['google', 'microsoft'] as const)(
  '%s: a run that has little time goes on in the next one',
  async (platform) => {
    const calendar = await connectCalendar(stack, platform);
    const { harness, user, id } = calendar;
    user.insertMany(Array.from({ length: 400 }, (_none, index) => ({ name: `event ${index}`, hours: 1 + index })));
    let runs = 0;
    harness.sent.length = 0;
    const run = async (): Promise<string> => {
      runs += 1;
      // Time for two commits, after the reading.
      let asked = 0;
      const { kind } = await syncCalendar(harness.deps, {
        calendar_id: id,
        trigger: 'create',
        sentAt: stack.local.now(),
        attempt: 1,
        remainingMs: () => {
          asked += 1;
          return asked > 2 ? 10_000 : 60_000;
        },
      });
      return kind;
    };
    while ((await run()) === 'continued') expect(harness.sent.splice(0)).toMatchObject([{ trigger: 'create' }]);
    expect(runs).toBeGreaterThan(2);
    await calendar.expectEqualWindows();
    const announced = calendar.counts().map(([created]) => Number(created));
    expect(announced.reduce((sum, count) => sum + count, 0)).toBe(400);
  },
);
