import { describe, expect, it } from 'vitest';
import { readBotRules } from '../../../shared/bot-rules/bot-rules-store.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';
import { type ArrangedMeeting, arrangeMeeting, join } from './arrange-meeting.ts';

const stack = useStackWithOwnTable('rule-request-crash');

describe('a request that dies after any of its calls', () => {
  /** Repeats with the crash one call later, until the request succeeds. */
  const sweep = async (once: (arranged: ArrangedMeeting, crashAfter: number) => Promise<void>) => {
    for (let crashAfter = 1; ; crashAfter += 1) {
      const arranged = await arrangeMeeting(stack);
      const { harness, syncAll } = arranged;
      await harness.put([join]);
      await syncAll();
      await harness.decide();
      await once(arranged, crashAfter);
      if (harness.calls.made < crashAfter) return;
    }
  };
  const dying = async ({ calls }: ArrangedMeeting['harness'], after: number, work: () => unknown) => {
    calls.made = 0;
    calls.crashAfter = after;
    await Promise.resolve(work()).catch((error: Error) => expect(error.name).toBe('Crash'));
    calls.crashAfter = Number.POSITIVE_INFINITY;
    const { made } = calls;
    return () => {
      calls.made = made;
    };
  };

  it('leaves one bot when it was to create one', async () => {
    const seen = new Set<string>();
    await sweep(async ({ harness, eventOf, bots }, crashAfter) => {
      const { id } = await eventOf(0);
      const restore = await dying(harness, crashAfter, () => harness.create(id));
      await harness.decide();
      expect((await bots()).flat()).toHaveLength(1);
      for (const [name = ''] of await bots()) seen.add(name);
      restore();
    });
    expect([...seen].sort()).toEqual(['Notes', 'Recorder']);
  });

  it('leaves the bots of the stored rules when it was to replace them', async () => {
    const seen = new Set<string>();
    await sweep(async ({ harness, bots }, crashAfter) => {
      const restore = await dying(harness, crashAfter, () => harness.put([{ ...join, bot_name: 'Minutes' }]));
      const { rules } = await readBotRules(harness.table, harness.projectId);
      await harness.decide();
      expect(await bots()).toEqual([[rules[0]?.bot_name]]);
      for (const [name = ''] of await bots()) seen.add(name);
      restore();
    });
    expect([...seen].sort()).toEqual(['Minutes', 'Notes']);
  });
});
