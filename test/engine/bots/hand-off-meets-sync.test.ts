import { describe, expect, it } from 'vitest';
import { formatTimestamp, millisOf } from '../../../shared/platform/timestamp.ts';
import { type CalendarWithBot, connectWithBot, zoomLink } from '../../support/botted-calendar.ts';
import { callsOf } from '../../support/share-of-cases.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('hand-off-meets-sync');

const edits: Record<string, (arranged: CalendarWithBot) => void> = {
  'is moved': ({ user, uuid }) => user.move(uuid, 3),
  'gets another link': ({ user, uuid }) => user.setLocation(uuid, zoomLink),
  'is cancelled': ({ user, uuid }) => user.remove(uuid),
};

/** Runs one of the two, and the other from beginning to end right before its n-th call. @returns whether it made n calls */
async function meet({ harness, sync }: CalendarWithBot, outer: 'sync' | 'hand-off', before: number): Promise<boolean> {
  const [first, second] = outer === 'sync' ? [sync, harness.workBots] : [harness.workBots, sync];
  harness.calls.made = 0;
  harness.calls.interlude = { before, work: second };
  await first();
  const hasMet = harness.calls.interlude === undefined;
  harness.calls.interlude = undefined;
  if (!hasMet) await second();
  await harness.workBots();
  return hasMet;
}

describe.each(['sync', 'hand-off'] as const)('a %s that the other one interrupts', (outer) => {
  it.each(Object.entries(edits).map(([name, edit], story) => ({ name, edit, story })))(
    'leaves the one hand-off that the event needs, or none, when the event $name',
    async ({ edit, story }) => {
      const { first, step } = callsOf(story, Object.keys(edits).length);
      for (let before = first; ; before += step) {
        const arranged = await connectWithBot(stack);
        const { harness, bot, event, read } = arranged;
        stack.local.advanceClock(millisOf(bot.join_at) - 150_000 - stack.local.now());
        await harness.tick();
        stack.local.advanceClock(31_000);
        edit(arranged);
        const hasMet = await meet(arranged, outer, before);
        const { is_deleted, start_time, meeting_url } = await event();
        const standing = harness.standing();
        if (is_deleted) {
          expect(await read(), `met before call ${before}`).toBeNull();
          expect(standing, `met before call ${before}`).toEqual([]);
        } else {
          expect(await read(), `met before call ${before}`).toMatchObject({ join_at: start_time, meeting_url });
          // Three hours from now nothing is due, unless it was handed off before.
          const isDue = millisOf(start_time) - stack.local.now() < 3_600_000;
          if (isDue) expect(standing, `met before call ${before}`).toHaveLength(1);
          for (const order of standing) {
            expect(order, `met before call ${before}`).toMatchObject({
              join_at: formatTimestamp(start_time),
              meeting_url,
            });
          }
        }
        expect(
          new Set(harness.orders.map(({ hand_off_id }) => hand_off_id)).size,
          `met before call ${before}`,
        ).toBeLessThanOrEqual(1);
        if (!hasMet) break;
        expect(before, 'the number of calls is finite').toBeLessThan(60);
      }
    },
  );
});
