import { describe, expect, it } from 'vitest';
import { deleteCalendar } from '../../../shared/calendars/delete-calendar.ts';
import { changeShardOf, dayPartition } from '../../../shared/events/change-feed/change-row.ts';
import { queryRows } from '../../../shared/store/query-rows.ts';
import { orderText } from '../../../shared/store/stored-values.ts';
import { writeAll } from '../../../shared/store/write-all.ts';
import { countUnits, type UnitMeter } from '../../support/count-units.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('purge-cost');

/** Purges a calendar whose project has never read its feed. @param others rows of other calendars in its shard of the day */
async function purgeAmong(others: number) {
  let meter: UnitMeter | undefined;
  const harness = createSyncHarness(stack, (direct) => {
    meter = countUnits(direct);
    return meter.table;
  });
  const user = simulateUser(stack, 'google');
  const [event = ''] = user.insertMany(Array.from({ length: 20 }, (_, hour) => ({ name: `${hour}`, hours: hour + 1 })));
  const { id } = await harness.connect(user);
  await harness.deliver(id, 'create');
  for (let change = 0; change < 6; change += 1) {
    user.rename(event, `name ${change}`);
    await harness.deliver(id, 'push');
  }
  const today = dayPartition(harness.projectId, changeShardOf(id), harness.deps.clock.stamp().slice(0, 10));
  const changes = Buffer.alloc(3_500);
  await writeAll(
    harness.table,
    Array.from({ length: others }, (_, index) => ({
      PutRequest: { Item: { PK: today, SK: orderText(harness.deps.clock.stamp(), `cal_${index}`), changes } },
    })),
  );
  expect((await queryRows(harness.table, today)).length).toBeGreaterThan(others + 5);
  const { calendar } = await harness.load(id);
  expect(await deleteCalendar({ ...harness.deps, table: harness.table }, calendar)).toBe(true);
  meter?.reset();
  await harness.deliver(id, 'delete');
  return { units: meter?.units(), left: (await queryRows(harness.table, today)).length };
}

describe('the purge of a calendar', () => {
  it('reads only its own rows, however many changes its project has', { timeout: 60_000 }, async () => {
    const alone = await purgeAmong(0);
    const among = await purgeAmong(300);
    process.stdout.write(`alone ${JSON.stringify(alone)}, among 300 others ${JSON.stringify(among)}\n`);
    expect(alone.left).toBe(0);
    expect(among.left).toBe(300);
    expect(among.units?.reads).toBe(alone.units?.reads);
    expect(among.units?.reads).toBeLessThan(40);
  });
});
