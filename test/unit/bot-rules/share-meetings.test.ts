import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BotDecision } from '../../../shared/bot-rules/bot-decision.ts';
import { refuse } from '../../../shared/bot-rules/decide-bot.ts';
import { type EventRank, eventRanks } from '../../../shared/bot-rules/event-rank.ts';
import { findMeetingBots } from '../../../shared/bot-rules/find-meeting-bots.ts';
import { type MeetingBots, shareMeetings } from '../../../shared/bot-rules/share-meetings.ts';
import { meetingKey } from '../../../shared/meeting-links/meeting-key.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { createBotValue } from '../bots/create-bot-value.ts';

const joins: BotDecision = {
  join: true,
  reason: 'rule_matched',
  rule: { index: 0, name: null },
  bot_name: 'x',
  duplicate_of: null,
};
const start = timestampOf(0);
const decided = (
  id: string,
  keys: string[],
  { decision = joins, rank = eventRanks.own }: { decision?: BotDecision; rank?: EventRank } = {},
) => ({ id, keys, start, rank, decision });
const none: MeetingBots = { suppressed: new Set(), lasting: new Map(), holders: new Map() };
const outcomes = (events: Parameters<typeof shareMeetings>[0], bots: Partial<MeetingBots> = {}) =>
  shareMeetings(events, { ...none, ...bots }).map(({ decision }) => decision.duplicate_of ?? decision.reason);

describe('a shared meeting', () => {
  it('has its bot in the joining event with the smallest id', () => {
    const declined = { decision: refuse('declined') };
    const events = [decided('3', ['a']), decided('2', ['a']), decided('1', ['a'], declined), decided('4', ['b'])];
    expect(outcomes(events)).toEqual(['2', 'rule_matched', 'declined', 'rule_matched']);
  });

  it('has its bot in the best event, and of equally good ones in the one that has it already', () => {
    const events = [
      decided('1', ['a'], { rank: eventRanks.other }),
      decided('2', ['a'], { rank: eventRanks.internal }),
    ];
    expect(outcomes(events)).toEqual(['2', 'rule_matched']);
    expect(outcomes(events, { holders: new Map([['a', '1']]) })).toEqual(['2', 'rule_matched']);
    const equals = [decided('1', ['a']), decided('2', ['a'])];
    expect(outcomes(equals, { holders: new Map([['a', '2']]) })).toEqual(['2', 'rule_matched']);
  });

  it('keeps a bot that stays, whatever the other events are', () => {
    const events = [decided('1', ['a', 'u']), decided('2', ['b', 'u'], { rank: eventRanks.other })];
    expect(outcomes(events, { lasting: new Map([['u', '2']]) })).toEqual(['2', 'rule_matched']);
    expect(outcomes(events, { lasting: new Map([['a', '9']]) })).toEqual(['9', 'rule_matched']);
    expect(outcomes(events, { lasting: new Map([['u', null]]) })).toEqual(['meeting_has_bot', 'meeting_has_bot']);
  });

  it('has one bot when its events share only some of their keys', () => {
    const events = [decided('1', ['long', 'u']), decided('2', ['short', 'u']), decided('3', ['short'])];
    expect(outcomes(events)).toEqual(['rule_matched', '1', 'rule_matched']);
  });

  it('has no bot after a user has removed it', () => {
    const suppressed = new Set(['a']);
    expect(outcomes([decided('1', ['a']), decided('2', ['u', 'a'])], { suppressed })).toEqual([
      'bot_removed',
      'bot_removed',
    ]);
  });

  it('never has two bots, and no event without a bot is better than the one that has it, in any order', () => {
    const event = fc.record({
      id: fc.nat(9).map(String),
      keys: fc.subarray(['a', 'b', 'u', 'v'], { minLength: 1, maxLength: 2 }),
      rank: fc.constantFrom(...Object.values(eventRanks)),
      join: fc.boolean(),
    });
    const events = fc.uniqueArray(event, { selector: ({ id }) => id });
    fc.assert(
      fc.property(events, fc.dictionary(fc.constantFrom('a', 'b', 'u', 'v'), fc.nat(9).map(String)), (given, held) => {
        const all = given.map(({ id, keys, rank, join }) =>
          decided(id, keys, { rank, decision: join ? joins : refuse('declined') }),
        );
        const bots = { ...none, holders: new Map(Object.entries(held)) };
        const shared = shareMeetings(all, bots);
        const byId = (list: typeof shared) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
        expect(byId(shareMeetings(all.toReversed(), bots))).toEqual(byId(shared));
        const joining = shared.filter(({ decision }) => decision.join);
        const taken = joining.flatMap(({ keys }) => keys);
        expect(taken).toHaveLength(new Set(taken).size);
        for (const { keys, rank, decision } of shared.filter(({ id }) => given.find((one) => one.id === id)?.join)) {
          if (decision.join) continue;
          const holders = joining.filter((other) => other.keys.some((key) => keys.includes(key)));
          expect(Math.min(...holders.map((holder) => holder.rank))).toBeLessThanOrEqual(rank);
        }
      }),
    );
  });
});

describe('the bot of a meeting', () => {
  const bot = createBotValue({ automatic: { rule: null, bot_name: 'x' } });
  const key = meetingKey(bot.meeting_url, bot.join_at);
  const claim = (given: { bot_id?: string | null; suppressed?: boolean } = {}) =>
    new Map([
      [
        key,
        {
          holder: { event_id: '1', calendar_id: 'cal' },
          bot_id: bot.id,
          version: 1,
          changed_on: null,
          changes_that_day: 0,
          attendee_events: [],
          suppressed: false,
          ...given,
        },
      ],
    ]);
  const [joining, declining] = [decided('1', [key]), decided('1', [key], { decision: refuse('declined') })];

  it('counts while its event joins that meeting', () => {
    expect(findMeetingBots(claim(), [bot], [joining]).holders).toEqual(new Map([[key, '1']]));
    expect(findMeetingBots(claim(), [bot], [declining])).toEqual(none);
    expect(findMeetingBots(claim(), [bot], [decided('1', ['other'])])).toEqual(none);
    const staged = { ...bot, state: 'staged' as const };
    expect(findMeetingBots(claim(), [staged], [joining]).lasting).toEqual(new Map([[key, bot.calendar_event_id]]));
    expect(findMeetingBots(claim(), [staged], [declining])).toEqual(none);
  });

  it('stays once it has joined, or when a user created it', () => {
    const lasting = new Map([[key, bot.calendar_event_id]]);
    const joined = { ...bot, state: 'joined_recording' as const };
    expect(findMeetingBots(claim(), [joined], [declining]).lasting).toEqual(lasting);
    expect(findMeetingBots(claim(), [{ ...bot, automatic: undefined }], [declining]).lasting).toEqual(lasting);
    const forLink = { ...bot, automatic: undefined, calendar_event_id: null, calendar_id: null, meeting_keys: [key] };
    expect(findMeetingBots(claim(), [forLink], []).lasting).toEqual(new Map([[key, null]]));
    expect(findMeetingBots(claim(), [{ ...forLink, state: 'ended' }], []).lasting).toEqual(new Map());
  });

  it('is not wanted any more once it was removed by request', () => {
    expect(findMeetingBots(claim({ suppressed: true }), [], []).suppressed).toEqual(new Set([key]));
  });
});
