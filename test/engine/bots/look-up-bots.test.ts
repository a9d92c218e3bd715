import { beforeAll, describe, expect, it } from 'vitest';
import { findBot, saveBot } from '../../../shared/bots/bot-store.ts';
import { createBot } from '../../../shared/bots/create-bot.ts';
import { type BotFilters, listBots } from '../../../shared/bots/list-bots.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import type { PageCursor } from '../../../shared/store/page.ts';
import { createBotHarness } from '../../support/bot-harness.ts';
import { countUnits, type Units } from '../../support/count-units.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('look-up-bots');
const none: BotFilters = {
  meetingUrl: null,
  deduplicationKey: null,
  states: null,
  joinAtAfter: null,
  joinAtBefore: null,
  calendarEventId: null,
};
const room = 'https://zoom.us/j/42';

describe('among many bots of a project', () => {
  let harness: ReturnType<typeof createBotHarness>;
  let keyed: string[];
  let inRoom: string[];

  async function list(filters: Partial<BotFilters>): Promise<{ ids: string[]; units: Units }> {
    const meter = countUnits(harness.table);
    const ids: string[] = [];
    let cursor: PageCursor | null = null;
    do {
      const page = await listBots(meter.table, harness.projectId, { ...none, ...filters }, cursor);
      ids.push(...page.rows.map(({ id }) => id));
      cursor = page.next;
    } while (cursor);
    return { ids, units: meter.units() };
  }

  beforeAll(async () => {
    harness = createBotHarness(stack);
    const deps = { ...harness.deps, ...harness.asksForRules };
    const joinAt = timestampOf(Date.parse('2099-01-01T10:00:00Z'));
    const insert = async (given: { meeting_url: string; deduplication_key?: string }): Promise<string> =>
      (await createBot(deps, harness.projectId, { bot_name: 'Recorder', join_at: joinAt, ...given })).id;
    keyed = [];
    inRoom = [];
    for (let index = 0; index < 150; index += 1) {
      const meeting_url = index % 30 === 0 ? room : `https://zoom.us/j/${1000 + index}`;
      const id = await insert({ meeting_url, ...(index % 50 === 0 && { deduplication_key: 'key' }) });
      if (meeting_url === room) inRoom.push(id);
      if (index % 50 > 0) continue;
      keyed.push(id);
      const bot = await findBot(harness.table, harness.projectId, id);
      // The key is free for the next bot once the bot has ended.
      if (bot && index < 100) await saveBot(harness.deps, { before: bot, after: { ...bot, state: 'ended' } });
    }
  }, 60_000);

  it('those with a deduplication key, ended ones included, cost one query and their own rows', async () => {
    const { ids, units } = await list({ deduplicationKey: 'key' });
    expect(ids).toEqual(keyed);
    expect(units.requests).toBe(2);
    expect((await list({ deduplicationKey: 'key', states: ['scheduled'] })).ids).toEqual(keyed.slice(2));
    expect((await list({ deduplicationKey: '' })).ids).toEqual([]);
  });

  it('those of a meeting cost one query and their own rows', async () => {
    const { ids, units } = await list({ meetingUrl: room });
    expect(ids).toEqual(inRoom);
    expect(units.requests).toBe(2);
    const both = await list({ meetingUrl: room, deduplicationKey: 'key' });
    expect(both.ids).toEqual(inRoom.filter((id) => keyed.includes(id)));
  });
});
