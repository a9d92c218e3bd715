import { describe, expect, it } from 'vitest';
import { botItems, readBot } from '../../../shared/bots/bot-row.ts';
import { removeBot } from '../../../shared/bots/change-bot.ts';
import { afterStart, createBotValue, createStagedBot } from './create-bot-value.ts';

const withKey = createBotValue({ deduplication_key: 'one' });
/** Items of a write: what happens to the row of each name. */
const kinds = (write: Parameters<typeof botItems>[0]) =>
  Object.fromEntries(Object.entries(botItems(write)).map(([name, item]) => [name, Object.keys(item)[0]]));

describe('the items of a bot', () => {
  it('create its row, its deduplication key, and its entry among the bots of its calendar', () => {
    expect(kinds({ before: null, after: withKey })).toEqual({
      bot_1: 'put',
      'bot_1 deduplication key': 'put',
      'bot_1 in calendar': 'put',
    });
    const alone = createBotValue({ calendar_id: null, calendar_event_id: null });
    expect(kinds({ before: null, after: alone })).toEqual({ bot_1: 'put', 'bot_1 at its time': 'put' });
  });

  it('keep a bot for a link among those of its link, at its time, until it is over', () => {
    const before = createBotValue({ calendar_id: null, calendar_event_id: null });
    const left = { bot_1: 'put', 'bot_1 at its former time': 'delete' };
    expect(kinds({ before, after: { ...before, bot_name: 'Other' } })).toEqual({ bot_1: 'put' });
    expect(kinds({ before, after: { ...before, join_at: afterStart(60) } })).toEqual({
      ...left,
      'bot_1 at its time': 'put',
    });
    expect(kinds({ before, after: { ...before, state: 'ended' } })).toEqual(left);
    expect(kinds({ before, after: null })).toEqual({ ...left, bot_1: 'delete' });
  });

  it('change its row alone while it follows its event', () => {
    expect(kinds({ before: withKey, after: { ...withKey, bot_name: 'Other' } })).toEqual({ bot_1: 'put' });
  });

  it('free the key and the entry when it is over or deleted', () => {
    const freed = { 'bot_1 deduplication key': 'delete', 'bot_1 in calendar': 'delete' };
    expect(kinds({ before: withKey, after: { ...withKey, state: 'ended' } })).toEqual({ bot_1: 'put', ...freed });
    expect(kinds({ before: withKey, after: null })).toEqual({ bot_1: 'delete', ...freed });
  });

  it('keep a bot of rules among those of its calendar, at its time, also when it is over', () => {
    const before = createBotValue({ automatic: { rule: null, bot_name: 'Notes' } });
    const [put, left] = [{ 'bot_1 at its time': 'put' }, { 'bot_1 at its former time': 'delete' }];
    expect(kinds({ before: null, after: before })).toEqual({ bot_1: 'put', 'bot_1 in calendar': 'put', ...put });
    expect(kinds({ before, after: { ...before, join_at: afterStart(60) } })).toEqual({ bot_1: 'put', ...left, ...put });
    expect(kinds({ before, after: { ...before, state: 'ended' } })).toEqual({
      bot_1: 'put',
      'bot_1 in calendar': 'delete',
    });
    expect(kinds({ before, after: null })).toEqual({ bot_1: 'delete', 'bot_1 in calendar': 'delete', ...left });
  });

  it('free the key of a parked bot, but keep its entry for the reconnect', () => {
    const parked = removeBot(withKey, 'calendar_disconnected', afterStart(0), { park: true });
    expect(kinds({ before: withKey, after: parked ?? expect.fail('deleted') })).toEqual({
      bot_1: 'put',
      'bot_1 deduplication key': 'delete',
    });
  });
});

it('a bot is read from its row as it was written', () => {
  const bot = createStagedBot(
    { delivered_revision: 1, remote_id: 'x', failures: { count: 1, code: 'c', retry_at: afterStart(1) } },
    {
      deduplication_key: 'one',
      metadata: { lone: '\ud800' },
      automatic: { rule: { index: 0, name: null }, bot_name: 'Notes' },
      removed: { at: afterStart(2), reason: 'deleted_by_user', parked: false },
      events: [{ type: 'fatal_error', sub_type: 'x', created_at: afterStart(3) }],
      due_at: afterStart(4),
    },
  );
  const item = botItems({ before: null, after: bot })[bot.id];
  expect(item && 'put' in item && readBot(item.put)).toEqual({ ...bot, version: 1 });
});
