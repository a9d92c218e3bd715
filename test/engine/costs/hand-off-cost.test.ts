import { expect, it } from 'vitest';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { createBotHarness } from '../../support/bot-harness.ts';
import { meetLink } from '../../support/botted-calendar.ts';
import { countUnits, describeUnits, type UnitMeter } from '../../support/count-units.ts';
import { handOffUnits } from '../../support/partition-keys/typical-rows.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('hand-off-cost');

it('A bot that is handed off in time costs these units, and so many of its index of timers', async () => {
  let meter: UnitMeter | undefined;
  const harness = createBotHarness(stack, (direct) => {
    meter = countUnits(direct);
    return meter.table;
  });
  const { units, entries, reset } = meter ?? expect.fail('the harness has not opened its table');
  const user = simulateUser(stack, 'google');
  user.insert('planning', 2, meetLink);
  const { id: calendarId } = await harness.connect(user);
  await harness.deliver(calendarId, 'create');
  const [event = expect.fail('no event')] = await harness.stored(calendarId);
  const bot = await harness.schedule(event.id);
  stack.local.advanceClock(millisOf(bot.join_at) - 150_000 - stack.local.now());
  reset();
  await harness.tick();
  stack.local.advanceClock(60_000);
  await harness.workBots();
  expect(harness.orders).toHaveLength(1);
  const lines = describeUnits(entries());
  const due = entries().filter(({ index }) => index === 'due');
  const ofIndex = due.reduce((sum, { writes }) => sum + writes, 0);
  const { writes, reads, requests } = units();
  process.stdout.write(
    `a hand-off: ${writes} write units, ${ofIndex} of them of "due", ${reads} read units, ${requests} requests\n${lines}\n`,
  );
  expect(ofIndex).toBe(handOffUnits);
});
