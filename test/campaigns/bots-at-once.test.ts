import { expect, it } from 'vitest';
import { insertBot } from '../../shared/bots/bot-store.ts';
import { handOffBot } from '../../shared/bots/hand-off-bot.ts';
import type { HandOffDeps } from '../../shared/bots/hand-off-deps.ts';
import { scheduleBot } from '../../shared/bots/schedule-bot.ts';
import { randomId } from '../../shared/platform/ids.ts';
import { timestampOf } from '../../shared/platform/timestamp.ts';
import { createBotHarness } from '../support/bot-harness.ts';
import { interceptTable } from '../support/intercept-table.ts';
import { useStackWithOwnTable } from '../support/use-stack.ts';

/** `npm run campaign` has 2,000 bots; a few belong to every test run. */
const count = process.env.KALENDS_CAMPAIGN_RUNS ? 2000 : 60;
/** Messages worked at once: two batches of ten. */
const sideBySide = 20;

const stack = useStackWithOwnTable('bots-at-once');

it(`${count} bots due in the same minute are handed off once each, though messages come twice and workers die`, {
  timeout: 900_000,
}, async () => {
  const harness = createBotHarness(stack);
  const { handOff, called, orders, projectId, tick } = harness;
  const begun = stack.local.now();
  // All of one minute, whose hand-offs begin in a minute from now.
  const ids = Array.from({ length: count }, () => randomId('bot'));
  const link = 'https://zoom.us/j/5551112222';
  for (let from = 0; from < count; from += 50) {
    await Promise.all(
      ids.slice(from, from + 50).map((id, index) => {
        const join_at = timestampOf(begun + 180_000 + Math.floor(((from + index) / count) * 60_000));
        const meeting = { calendar_id: null, calendar_event_id: null, meeting_url: link, join_at };
        const bot = scheduleBot({ id, projectId, at: handOff.clock.stamp() }, meeting, {
          bot_name: 'a',
        });
        return insertBot(handOff, bot);
      }),
    );
  }
  // The first is due in ten seconds, the last in seventy: the minute rule, which looks ahead, sees all of them.
  stack.local.advanceClock(Math.max(0, begun + 50_000 - stack.local.now()));
  const claiming = performance.now();
  const claims = await Promise.all([tick(), tick()]);
  const claimed = performance.now();
  let killed = 0;
  let worked = 0;
  const handOffs = performance.now();
  for (let round = 0; round < 8; round += 1) {
    // As the queue gives them out, some twice.
    const messages = called.splice(0).flatMap((message, index) => (index % 20 === 0 ? [message, message] : [message]));
    stack.local.advanceClock(75_000);
    for (let from = 0; from < messages.length; from += sideBySide) {
      await Promise.all(
        messages.slice(from, from + sideBySide).map(async ({ botId }, index) => {
          worked += 1;
          // A worker that dies after it has told the runner, before it has noted that.
          const dies = (from + index) % 50 === 7 && round === 0;
          const deps = dies ? createMortal(handOff) : handOff;
          await handOffBot(deps, botId).catch(() => {
            killed += 1;
          });
        }),
      );
    }
    await tick();
  }
  const seconds = (performance.now() - handOffs) / 1000;
  const standing = harness.standing();
  expect(
    claims.reduce((sum, claim) => sum + claim, 0),
    'claimed once',
  ).toBe(count);
  expect(new Set(standing.map(({ bot_id }) => bot_id)).size, 'no miss').toBe(count);
  expect(standing, 'no double').toHaveLength(count);
  expect(new Set(orders.map(({ hand_off_id }) => hand_off_id)).size).toBe(count);
  expect(orders.every(({ revision }) => revision === 1)).toBe(true);
  process.stdout.write(
    `${count} bots due in a minute: claimed in ${((claimed - claiming) / 1000).toFixed(1)} s (${claims.join(' + ')}), handed off in ${seconds.toFixed(1)} s (${Math.round(count / seconds)}/s, ${worked} messages); ${killed} workers died, ${orders.length - count} orders told again under the same hand-off\n`,
  );
});

/** A worker that tells the runner and hears of nothing any more. */
function createMortal(deps: HandOffDeps): HandOffDeps {
  let isDead = false;
  const runner: HandOffDeps['runners']['eventbridge'] = {
    dispatch: async (order, ended) => {
      const taken = await deps.runners.eventbridge.dispatch(order, ended);
      isDead = true;
      return taken;
    },
  };
  return {
    ...deps,
    runners: { eventbridge: runner, webhook: runner, attendee: runner },
    table: interceptTable(deps.table, (send) => (isDead ? Promise.reject(new Error('dead')) : send())),
  };
}
