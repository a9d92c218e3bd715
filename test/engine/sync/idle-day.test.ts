import { describe, expect, it } from 'vitest';
import { measuredCounts } from '../../../local/cost/measured-counts.ts';
import { botTimerTarget } from '../../../shared/bots/bot-timer-target.ts';
import { dueIndex } from '../../../shared/store/table-schema.ts';
import { writeAll } from '../../../shared/store/write-all.ts';
import { syncTimerTarget } from '../../../shared/sync/sync-timer-target.ts';
import { dispatchTimers, type TimerTarget } from '../../../shared/timers/dispatch-timers.ts';
import { countUnits, type UnitMeter } from '../../support/count-units.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

// Timers of other calendars would be claimed here, and counted.
const stack = useStackWithOwnTable('idle-day');

const days = 7;
const hour = 3_600_000;

describe.each(['google', 'microsoft'] as const)('An idle calendar of %s', (platform) => {
  it('costs at most two listings, one channel call, twelve write units and fourteen read units a day', {
    timeout: 180_000,
  }, async () => {
    let metered: UnitMeter | undefined;
    const harness = createSyncHarness(stack, (direct) => {
      metered = countUnits(direct);
      return metered.table;
    });
    const user = simulateUser(stack, platform);
    // Everything it ever had is in the window already, or over.
    for (let event = 0; event < 40; event += 1) user.insert(`event ${event}`, 2 + event);
    const { id } = await harness.connect(user);
    await harness.deliver(id, 'create');
    // The minute rule reads the index of timers for all calendars together: that is not this one's.
    const own = () =>
      metered?.entries().filter(({ pattern, index }) => pattern !== 'Query' || index !== dueIndex) ?? [];
    const sumOf = (kind: 'writes' | 'reads'): number => own().reduce((sum, entry) => sum + entry[kind], 0);
    const count = () => ({
      listings: user.calls('list'),
      deltas: user.calls('delta'),
      channel: user.calls('open') + user.calls('close') + user.calls('renew'),
      requests: user.requests(),
      writes: sumOf('writes'),
      reads: sumOf('reads'),
      tableRequests: new Set(own().map(({ request }) => request)).size,
    });
    const nothing: TimerTarget = { lookAheadMs: 0, leaseMs: 0, send: () => Promise.resolve() };
    const targets = {
      'google-sync': syncTimerTarget(harness.deps.queues.google),
      'microsoft-sync': syncTimerTarget(harness.deps.queues.microsoft),
      delivery: nothing,
      bot: botTimerTarget(harness.deps.botQueue, harness.deps.clock),
      follow: nothing,
    };
    const { clock, logger } = harness.deps;
    const perDay: ReturnType<typeof count>[] = [];
    for (let day = 0; day < days; day += 1) {
      const before = count();
      for (let step = 0; step < 12; step += 1) {
        stack.local.advanceClock(2 * hour);
        harness.sent.length = 0;
        await dispatchTimers({ table: harness.table, targets, clock, logger }, () => 60_000);
        for (const message of harness.sent.splice(0)) {
          if (message.calendar_id === id) await harness.deliver(id, message.trigger);
        }
      }
      const after = count();
      perDay.push({
        listings: after.listings - before.listings,
        deltas: after.deltas - before.deltas,
        channel: after.channel - before.channel,
        requests: after.requests - before.requests,
        writes: after.writes - before.writes,
        reads: after.reads - before.reads,
        tableRequests: after.tableRequests - before.tableRequests,
      });
    }
    const most = (name: keyof (typeof perDay)[number]) => Math.max(...perDay.map((day) => day[name]));
    const mean = (name: keyof (typeof perDay)[number]) => perDay.reduce((sum, day) => sum + day[name], 0) / days;
    process.stdout.write(
      `an idle day of a ${platform} calendar: ${(
        ['listings', 'deltas', 'channel', 'requests', 'writes', 'reads', 'tableRequests'] as const
      )
        .map((name) => `${name} ${mean(name).toFixed(2)} (at most ${most(name)})`)
        .join(', ')}\n`,
    );
    expect(most('listings')).toBeLessThanOrEqual(2);
    expect(mean('channel')).toBeLessThanOrEqual(1);
    const { writes, reads, requests } = measuredCounts['an idle day'];
    expect(mean('writes')).toBeLessThanOrEqual(writes);
    expect(mean('reads')).toBeLessThanOrEqual(reads);
    expect(mean('tableRequests')).toBeLessThanOrEqual(requests);
    // The next calendar of this table is not to find this one's timer.
    await writeAll(harness.table, [{ DeleteRequest: { Key: { PK: `CALENDAR#${id}`, SK: 'SYNC' } } }]);
    expect(harness.notifications.filter(({ trigger }) => trigger === 'calendar.state_change')).toEqual([]);
  });
});
