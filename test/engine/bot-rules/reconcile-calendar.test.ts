import { describe, expect, it } from 'vitest';
import { readBotRules } from '../../../shared/bot-rules/bot-rules-store.ts';
import { handleRuleMessage } from '../../../shared/bot-rules/handle-rule-message.ts';
import { parseRuleMessage, type RuleMessage } from '../../../shared/bot-rules/rule-message.ts';
import { claimKey } from '../../../shared/bots/meeting-claim-row.ts';
import { meetingKeysOf } from '../../../shared/meeting-links/meeting-key.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { updateRow } from '../../../shared/store/write-row.ts';
import { recordTableCalls } from '../../support/record-table-calls.ts';
import { createRuleHarness } from '../../support/rule-harness.ts';
import { seedCalendar, seedEvents, type WantedEvent } from '../../support/seed-events.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('reconcile-calendar');

const hour = 3_600_000;
const since = () => timestampOf(Math.floor(stack.local.now() / 60_000) * 60_000 - hour);

/** A calendar with events, the first of them ahead and with a link each. */
async function arrange(ahead: number, others: Partial<WantedEvent>[] = []) {
  let recorded: ReturnType<typeof recordTableCalls> | undefined;
  const harness = createRuleHarness(stack, (table) => {
    recorded = recordTableCalls(table);
    return recorded.table;
  });
  const { table, projectId, rules } = harness;
  const calendar = await seedCalendar(table, projectId);
  const wanted = (hours: number, given: Partial<WantedEvent> = {}): WantedEvent => {
    const start = Math.floor((stack.local.now() + hours * hour) / 1000) * 1000;
    return {
      start_time: timestampOf(start),
      end_time: timestampOf(start + hour),
      created_at: timestampOf(Date.parse(since()) + hour),
      meeting_url: `https://zoom.us/j/${900_000_000 + hours}`,
      ...given,
    };
  };
  await seedEvents(table, calendar, [
    ...Array.from({ length: ahead }, (_, index) => wanted(index + 1)),
    ...others.map((given) => wanted(2, given)),
  ]);
  const message: RuleMessage = { kind: 'changes', project_id: projectId, calendar_id: calendar.id, since: since() };
  return {
    harness,
    message,
    /** Works a message in a function with so much time left. @returns messages it leaves */
    work: async (given: RuleMessage, { remainingMs = 100_000, attempt = 1 } = {}) => {
      await handleRuleMessage(rules, given, { attempt, remainingMs: () => remainingMs });
      return harness.ruled.splice(0).map((entry) => entry.message);
    },
    requests: () => recorded?.requests() ?? 0,
    stored: () => harness.stored(calendar.id),
    bots: async () => (await harness.stored(calendar.id)).flatMap((event) => event.bots),
    calendarMessage: async (rulesAt = true): Promise<RuleMessage> => ({
      kind: 'calendar',
      project_id: projectId,
      calendar_id: calendar.id,
      ...(rulesAt && { rules_at: (await readBotRules(table, projectId)).updated_at ?? '' }),
    }),
  };
}

describe('the events of a calendar', () => {
  it.each(['changes', 'calendar'])(
    'are reconciled page by page, and another message continues when the time runs out: %s',
    async (kind) => {
      const { harness, message, work, bots, calendarMessage } = await arrange(110);
      await harness.put([{ action: 'join' }]);
      harness.ruled.length = 0;
      const first = kind === 'changes' ? message : await calendarMessage();
      const [rest, ...more] = await work(first, { remainingMs: 1000 });
      expect(more).toEqual([]);
      expect(rest).toMatchObject({ ...first, from: expect.any(String) });
      expect(await bots()).toHaveLength(100);
      expect(rest && (await work(rest))).toEqual([]);
      expect(await bots()).toHaveLength(110);
      expect(await work(first)).toEqual([]);
      expect(await bots()).toHaveLength(110);
    },
    120_000,
  );

  it('get no bot if they are past, deleted, or without a link', async () => {
    const past = {
      start_time: timestampOf(stack.local.now() - 2 * hour),
      end_time: timestampOf(stack.local.now() - hour),
    };
    const { harness, message, work, bots } = await arrange(0, [
      past,
      { meeting_url: null },
      { is_deleted: true, changed_at: timestampOf(stack.local.now()) },
    ]);
    await harness.put([{ action: 'join' }]);
    await work(message);
    expect(await bots()).toEqual([]);
  });

  it('do not wait for one that fails, which comes again in a message of its own', async () => {
    const { harness, message, work, stored } = await arrange(5);
    await harness.put([{ action: 'join' }]);
    harness.ruled.length = 0;
    const [, , failing] = await stored();
    if (!failing) throw new Error('no event');
    const [key] = meetingKeysOf(failing);
    const claim = claimKey({ projectId: harness.projectId, meetingKey: key ?? '' });
    const today = timestampOf(stack.local.now()).slice(0, 10);
    await updateRow(harness.table, claim, { set: { changed_on: today, changes_that_day: 200 } });

    const alone = {
      kind: 'event',
      project_id: harness.projectId,
      calendar_id: failing.calendar_id,
      event_id: failing.id,
    };
    expect(await work(message)).toEqual([alone]);
    expect((await stored()).map(({ bots }) => bots.length)).toEqual([1, 1, 0, 1, 1]);
    await expect(work(parseRuleMessage(JSON.stringify(alone)) as RuleMessage)).rejects.toThrow('another bot 200 times');

    await updateRow(harness.table, claim, { set: { changed_on: '2026-01-01' } });
    expect(await work(parseRuleMessage(JSON.stringify(alone)) as RuleMessage)).toEqual([]);
    expect((await stored()).map(({ bots }) => bots.length)).toEqual([1, 1, 1, 1, 1]);
  });

  it('cost one request in a project without rules', async () => {
    const { message, work, requests } = await arrange(3);
    const before = requests();
    await work(message);
    expect(requests() - before).toBe(1);
  });

  it('are reconciled after a crash although the rules were removed meanwhile', async () => {
    const { harness, message, work, bots } = await arrange(2);
    await harness.put([{ action: 'join' }]);
    await work(message);
    expect(await bots()).toHaveLength(2);
    await harness.put([]);
    harness.ruled.length = 0;
    await work(message, { attempt: 2 });
    expect(await bots()).toEqual([]);
  });

  it('are left to the message of newer rules', async () => {
    const { harness, work, bots, calendarMessage } = await arrange(2);
    await harness.put([{ action: 'join' }]);
    const old = await calendarMessage();
    stack.local.advanceClock(1000);
    await harness.put([{ action: 'join', bot_name: 'Newer' }]);
    harness.ruled.length = 0;
    await work(old);
    expect(await bots()).toEqual([]);
    await work(await calendarMessage());
    expect((await bots()).map(({ bot_name }) => bot_name)).toEqual(['Newer', 'Newer']);
  });

  it('cost six reads and no write each if they have their bots already', async () => {
    const { harness, message, work, requests } = await arrange(5);
    await harness.put([{ action: 'join' }]);
    await work(message);
    const before = requests();
    await work(message);
    // The page: rules, calendar, list, and the events that wait for a place. Each: event with calendar, rules,
    // settings, its bots, and the claims of its meeting's two keys.
    expect(requests() - before).toBe(4 + 5 * 6);
  });
});
