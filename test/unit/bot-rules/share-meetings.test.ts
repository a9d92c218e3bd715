import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BotDecision } from '../../../shared/bot-rules/bot-decision.ts';
import { refuse } from '../../../shared/bot-rules/decide-bot.ts';
import { countingClaims, type HeldMeeting, shareMeetings } from '../../../shared/bot-rules/share-meetings.ts';

const joins: BotDecision = {
  join: true,
  reason: 'rule_matched',
  rule: { index: 0, name: null },
  bot_name: 'x',
  duplicate_of: null,
};
const decided = (id: string, key: string | null, decision = joins) => ({ id, key, decision });
const outcomes = (...given: Parameters<typeof shareMeetings>) =>
  shareMeetings(...given).map(({ decision }) => decision.duplicate_of ?? decision.reason);
const claim = (id: string, suppressed = false): Map<string, HeldMeeting> =>
  new Map([['a', { holder: { event_id: id, calendar_id: 'cal' }, suppressed }]]);
const none = new Map<string, HeldMeeting>();

describe('a shared meeting', () => {
  it('has its bot in the joining event with the smallest id', () => {
    const events = [decided('3', 'a'), decided('2', 'a'), decided('1', 'a', refuse('declined')), decided('4', 'b')];
    expect(outcomes(events, none)).toEqual(['2', 'rule_matched', 'declined', 'rule_matched']);
  });

  it('has its bot in the holder of the claim if that joins or is unknown', () => {
    const events = [decided('1', 'a'), decided('2', 'a'), decided('3', 'b'), decided('4', 'a', refuse('declined'))];
    expect(outcomes(events, claim('2')).slice(0, 2)).toEqual(['2', 'rule_matched']);
    expect(outcomes(events, claim('9')).slice(0, 2)).toEqual(['9', '9']);
    for (const elsewhere of ['3', '4']) {
      expect(outcomes(events, claim(elsewhere)).slice(0, 2)).toEqual(['rule_matched', '1']);
    }
  });

  it('has no bot after a user has removed it', () => {
    expect(outcomes([decided('1', 'a'), decided('2', 'a')], claim('1', true))).toEqual(['bot_removed', 'bot_removed']);
  });

  it('has exactly one bot, the same one in any order of the events', () => {
    const event = fc.record({ id: fc.nat(9).map(String), key: fc.constantFrom('a', 'b', null), join: fc.boolean() });
    const events = fc.uniqueArray(event, { selector: ({ id }) => id });
    fc.assert(
      fc.property(events, fc.option(fc.nat(9).map(String)), (given, claimed) => {
        const all = given.map(({ id, key, join }) => decided(id, key, join ? joins : refuse('declined')));
        const claims = claimed === null || !all.some(({ id }) => id === claimed) ? none : claim(claimed);
        const shared = shareMeetings(all, claims);
        const byId = (list: typeof shared) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
        expect(byId(shareMeetings(all.toReversed(), claims))).toEqual(byId(shared));
        for (const key of ['a', 'b']) {
          const wanted = all.some((one) => one.key === key && one.decision.join);
          expect(shared.filter((one) => one.key === key && one.decision.join)).toHaveLength(wanted ? 1 : 0);
        }
      }),
    );
  });
});

describe('the claim of a meeting', () => {
  const counts = (claims: Map<string, HeldMeeting>, events: ReturnType<typeof decided>[]) => [
    ...countingClaims(claims, events).keys(),
  ];

  it('counts while its holder joins that meeting', () => {
    expect(counts(claim('1'), [decided('1', 'a')])).toEqual(['a']);
    expect(counts(claim('1'), [decided('1', 'b')])).toEqual([]);
    expect(counts(claim('1'), [decided('1', 'a', refuse('declined'))])).toEqual([]);
    expect(counts(claim('1'), [decided('2', 'a')])).toEqual([]);
    expect(counts(new Map([['a', { holder: null, suppressed: false }]]), [decided('1', 'a')])).toEqual([]);
  });

  it('counts for ever once it is suppressed', () => {
    expect(counts(claim('1', true), [])).toEqual(['a']);
  });
});
