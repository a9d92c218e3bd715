import { expect, it } from 'vitest';
import { lookBeforeHandOffs } from '../../../shared/bots/look-before-hand-offs.ts';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { connectWithBot } from '../../support/botted-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const minute = 60_000;

it('a calendar is read once before its bot is handed off, and not if it was read a moment ago', async () => {
  const { harness, bot } = await connectWithBot(stack);
  const calendarId = bot.calendar_id ?? expect.fail('no calendar');
  const { deps } = harness;
  const look = async (): Promise<boolean> => {
    harness.sent.length = 0;
    await lookBeforeHandOffs({ ...deps, table: harness.table }, () => true);
    return harness.sent.some((message) => message.trigger === 'hand_off' && message.calendar_id === calendarId);
  };
  const handOffAt = millisOf(bot.join_at) - deps.botLeadMs;
  stack.local.advanceClock(handOffAt - 8 * minute - stack.local.now());
  expect(await look()).toBe(false);
  stack.local.advanceClock(4 * minute);
  expect(await look()).toBe(true);
  expect(await harness.deliver(calendarId, 'hand_off')).toEqual({ kind: 'ok' });
  expect(await harness.deliver(calendarId, 'hand_off')).toEqual({ kind: 'dropped' });
});
