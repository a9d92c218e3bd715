import { describe, expect, it } from 'vitest';
import type { BotRule } from '../../../shared/bot-rules/bot-rules.ts';
import { noRules } from '../../../shared/bot-rules/bot-rules.ts';
import { decideBot } from '../../../shared/bot-rules/decide-bot.ts';
import { evaluateRules } from '../../../shared/bot-rules/evaluate-rules.ts';
import type { CalendarEvent } from '../../../shared/events/calendar-event.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import {
  createRuledCalendar,
  createRuledEvent,
  createRules,
  invite,
  ruleMoment,
} from '../../support/bot-rule-fixtures.ts';

const now = timestampOf(ruleMoment);
const calendar = createRuledCalendar({ deduplication_key: 'sales' });
const decide = (rules: BotRule[], given: Partial<CalendarEvent> = {}) =>
  decideBot(createRules(rules), createRuledEvent(given), calendar, now);
const joinAll: BotRule = { action: 'join' };
const past = timestampOf(ruleMoment - 1);

describe('whatever the rules, no bot joins', () => {
  it.each([
    ['event_deleted', { is_deleted: true }],
    ['event_started', { start_time: now }],
    ['event_over', { start_time: past, end_time: now }],
    ['all_day', { is_all_day: true }],
    ['no_meeting_link', { meeting_url: null }],
    ['declined', { response_status: 'declined' }],
  ] as const)('for %s', (reason, given) => {
    expect(decide([joinAll], given)).toEqual({ join: false, reason, rule: null, bot_name: null, duplicate_of: null });
  });

  it('an event of a calendar that is disconnected or gone', () => {
    const decideIn = (where: typeof calendar | null) =>
      decideBot(createRules([joinAll]), createRuledEvent(), where, now);
    expect(decideIn({ ...calendar, state: 'disconnected' }).reason).toBe('calendar_disconnected');
    expect(decideIn(null).reason).toBe('event_deleted');
  });

  it('and the first reason of the documented order is given', () => {
    const worst = { is_deleted: true, start_time: past, is_all_day: true, meeting_url: null };
    expect(decide([], worst).reason).toBe('event_deleted');
    expect(decide([], { ...worst, is_deleted: false }).reason).toBe('event_started');
  });
});

describe('rules', () => {
  it('that do not exist are the reason when there are none', () => {
    expect(decideBot(noRules, createRuledEvent(), calendar, now).reason).toBe('no_rules');
  });

  it('are tried in order, and the first that matches decides', () => {
    const skip: BotRule = { name: 'private', action: 'skip', title_matches: ['planning'] };
    const join: BotRule = { name: 'all', action: 'join', bot_name: 'Scribe' };
    expect(decide([skip, join])).toMatchObject({
      join: false,
      reason: 'rule_skips',
      rule: { index: 0, name: 'private' },
    });
    expect(decide([join, skip])).toEqual({
      join: true,
      reason: 'rule_matched',
      rule: { index: 0, name: 'all' },
      bot_name: 'Scribe',
      duplicate_of: null,
    });
    expect(decide([skip, join], { name: 'Demo' })).toMatchObject({ join: true, rule: { index: 1 } });
    expect(decide([{ ...skip, action: 'join' }], { name: 'Demo' })).toMatchObject({
      reason: 'no_rule_matches',
      rule: null,
    });
  });

  it('without a name for the bot give it the default name', () => expect(decide([joinAll]).bot_name).toBe('Notetaker'));

  const guests = (count: number) =>
    invite(
      { email: 'owner@acme.com', self: true },
      ...Array.from({ length: count - 1 }, (_, index) => ({ email: `${index}@acme.com` })),
    );
  it.each<[Omit<BotRule, 'action'>, Partial<CalendarEvent>, Partial<CalendarEvent>]>([
    [{ platforms: ['zoom', 'unknown'] }, {}, { meeting_platform: 'google_meet' }],
    [{ platforms: ['unknown'] }, { meeting_platform: null }, {}],
    [{ has_external_attendees: true }, invite({ email: 'a@b.com', self: true }, { email: 'c@d.com' }), guests(2)],
    [{ has_external_attendees: false }, guests(2), invite({ email: 'a@b.com', self: true }, { email: 'c@d.com' })],
    [{ organizer: 'self' }, {}, invite({ email: 'jane@acme.com' })],
    [{ organizer: 'other' }, invite({ email: 'jane@acme.com' }), {}],
    [{ organizer: 'internal' }, {}, invite({ email: 'x@other.org' }, { email: 'owner@acme.com', self: true })],
    [{ organizer: 'external' }, invite({ email: 'x@other.org' }, { email: 'owner@acme.com', self: true }), {}],
    [{ accepted: true }, {}, { response_status: 'tentative' }],
    [{ accepted: false }, { response_status: 'needs_action' }, {}],
    [{ minimum_attendees: 3 }, guests(3), guests(2)],
    [{ title_matches: ['demo', 'plan*'] }, {}, { name: null }],
    [{ title_excludes: ['1:1', 'private'] }, { name: null }, { name: 'Private: planning' }],
    [{ calendars: [calendar.id] }, {}, {}],
    [{ calendars: ['x', 'sales'] }, {}, {}],
  ])('look at %j', (conditions, fulfilling, failing) => {
    expect(decide([{ ...conditions, action: 'join' }], fulfilling).reason).toBe('rule_matched');
    expect(decide([{ ...conditions, action: 'skip' }], fulfilling).reason).toBe('rule_skips');
    if (conditions.calendars) return;
    expect(decide([{ ...conditions, action: 'join' }], failing).reason).toBe('no_rule_matches');
    expect(decide([{ ...conditions, action: 'skip' }], failing).reason).toBe('no_rule_matches');
  });

  it('for other calendars decide nothing', () => {
    expect(decide([{ action: 'join', calendars: ['cal_0000000000000002', ''] }]).reason).toBe('no_rule_matches');
  });

  it('match only when every condition is fulfilled', () => {
    const rule: BotRule = { action: 'join', platforms: ['zoom'], title_matches: ['demo'] };
    expect(decide([rule]).reason).toBe('no_rule_matches');
    expect(decide([rule], { name: 'Demo' }).reason).toBe('rule_matched');
  });

  it('never bring a bot because of an unknown condition', () => {
    // No attendee is marked as the owner, so external people cannot be recognized.
    const unclear = invite({ email: 'jane@acme.com' }, { email: 'joe@acme.com' });
    for (const has_external_attendees of [true, false]) {
      expect(decide([{ action: 'join', has_external_attendees }], unclear).reason).toBe('no_rule_matches');
      expect(decide([{ action: 'skip', has_external_attendees }, joinAll], unclear).reason).toBe('rule_skips');
      const other: BotRule = { action: 'skip', has_external_attendees, title_matches: ['demo'] };
      expect(decide([other, joinAll], unclear).reason).toBe('rule_matched');
    }
  });
});

describe('the evaluation of rules', () => {
  it('lists failed and unknown conditions up to the rule that decides', () => {
    const rules: BotRule[] = [
      { name: 'demos', action: 'join', title_matches: ['demo'], platforms: ['webex'] },
      { action: 'join', has_external_attendees: true },
      { action: 'skip' },
      { action: 'join' },
    ];
    const event = createRuledEvent(invite({ email: 'jane@acme.com' }));
    expect(evaluateRules(createRules(rules), event, calendar)).toEqual([
      {
        index: 0,
        name: 'demos',
        action: 'join',
        outcome: 'does_not_match',
        failed: ['platforms', 'title_matches'],
        unknown: [],
      },
      {
        index: 1,
        name: null,
        action: 'join',
        outcome: 'does_not_match',
        failed: [],
        unknown: ['has_external_attendees'],
      },
      { index: 2, name: null, action: 'skip', outcome: 'decides', failed: [], unknown: [] },
      { index: 3, name: null, action: 'join', outcome: 'not_reached', failed: [], unknown: [] },
    ]);
  });
});

describe('an invitation from outside', () => {
  const stranger = { email: 'stranger@evil.example' };
  const owner = { email: 'owner@acme.com', self: true };
  const unanswered = { ...invite(stranger, owner), response_status: 'needs_action' };

  it('that was not answered gets no bot, unless the rule says so', () => {
    expect(decide([joinAll], unanswered)).toMatchObject({ join: false, reason: 'no_rule_matches' });
    expect(decide([{ ...joinAll, needs_answer: false }], unanswered)).toMatchObject({ join: true });
    const [evaluation] = evaluateRules(createRules([joinAll]), createRuledEvent(unanswered), calendar);
    expect(evaluation).toMatchObject({ outcome: 'does_not_match', failed: ['needs_answer'], unknown: [] });
  });

  it.each([
    ['that was accepted', { response_status: 'accepted' }],
    ['that was answered tentatively', { response_status: 'tentative' }],
    ['from a colleague', invite({ email: 'colleague@acme.com' }, owner)],
    ['of the owner', invite(owner, stranger)],
    ['that is none: nobody else takes part', { attendees: [], organizer: null, raw: {} }],
  ])('%s gets a bot', (_, given) => {
    expect(decide([joinAll], { ...unanswered, ...given })).toMatchObject({ join: true });
  });

  it('whose sender may be a colleague or not gets none, and it is said', () => {
    const microsoft = createRuledCalendar({ platform: 'microsoft' });
    const event = createRuledEvent({ ...unanswered, raw: { isOrganizer: false } });
    expect(evaluateRules(createRules([joinAll]), event, microsoft)[0]).toMatchObject({ unknown: ['needs_answer'] });
    expect(evaluateRules(createRules([joinAll], ['evil.example']), event, microsoft)[0]?.outcome).toBe('decides');
  });

  it('is matched by a rule that skips all, answered or not', () => {
    expect(decide([{ action: 'skip' }, joinAll], unanswered)).toMatchObject({ reason: 'rule_skips' });
  });
});

describe('the kind of an event', () => {
  it.each<[Partial<BotRule>, Record<string, unknown>, boolean]>([
    [{ event_type: ['default'] }, { eventType: 'outOfOffice' }, false],
    [{ event_type: ['default', 'out_of_office'] }, { eventType: 'outOfOffice' }, true],
    [{ visibility: ['default', 'public'] }, { visibility: 'private' }, false],
    [{ busy: ['busy'] }, { transparency: 'transparent' }, false],
    [{ busy: ['free'] }, { transparency: 'transparent' }, true],
  ])('is a condition: %j of %j', (condition, traits, join) => {
    const raw = { organizer: { email: 'owner@acme.com', self: true }, ...traits };
    expect(decide([{ ...joinAll, ...condition }], { raw }).join).toBe(join);
  });
});
