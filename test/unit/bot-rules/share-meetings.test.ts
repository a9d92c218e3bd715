import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BotDecision } from '../../../shared/bot-rules/bot-decision.ts';
import { refuse } from '../../../shared/bot-rules/decide-bot.ts';
import { type HeldMeeting, shareMeetings } from '../../../shared/bot-rules/share-meetings.ts';
import { meetingKeyOfEvent } from '../../../shared/meeting-links/meeting-key.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';

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
  it('has its bot in the event with the smallest id that joins', () => {
    const events = [decided('3', 'a'), decided('2', 'a'), decided('1', 'a', refuse('declined')), decided('4', 'b')];
    expect(outcomes(events, none)).toEqual(['2', 'rule_matched', 'declined', 'rule_matched']);
  });

  it('has it where it is claimed, if that joins it or is not known', () => {
    const events = [decided('1', 'a'), decided('2', 'a'), decided('3', 'b'), decided('4', 'a', refuse('declined'))];
    expect(outcomes(events, claim('2')).slice(0, 2)).toEqual(['2', 'rule_matched']);
    expect(outcomes(events, claim('9')).slice(0, 2)).toEqual(['9', '9']);
    for (const elsewhere of ['3', '4']) {
      expect(outcomes(events, claim(elsewhere)).slice(0, 2)).toEqual(['rule_matched', '1']);
    }
  });

  it('has none once its bot was removed', () => {
    expect(outcomes([decided('1', 'a'), decided('2', 'a')], claim('1', true))).toEqual(['bot_removed', 'bot_removed']);
  });

  it('has exactly one bot, the same in whatever order it is looked at', () => {
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

describe('the key of a meeting', () => {
  const start_time = timestampOf(0);
  it('is the same for every spelling of a link, and another one at another time', () => {
    const keyOf = (meeting_url: string | null, at = start_time) => meetingKeyOfEvent({ meeting_url, start_time: at });
    expect(keyOf('https://zoom.us/j/123456789')).toBe('zoom:123456789@1970-01-01T00:00:00.000000Z');
    expect(keyOf('https://acme.zoom.us/j/123456789?pwd=x')).toBe(keyOf('https://zoom.us/j/123456789'));
    expect(keyOf('https://zoom.us/j/123456789', timestampOf(1))).not.toBe(keyOf('https://zoom.us/j/123456789'));
    expect(keyOf(null)).toBeNull();
  });
});
