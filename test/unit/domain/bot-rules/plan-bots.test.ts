import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BotRule } from '../../../../shared/domain/bot-rules/bot-rules.ts';
import { decideBot } from '../../../../shared/domain/bot-rules/decide-bot.ts';
import type { RuledCalendar } from '../../../../shared/domain/bot-rules/evaluate-rules.ts';
import { meetingKeyOf } from '../../../../shared/domain/bot-rules/meeting-key.ts';
import { type BotPlan, planBots, type StandingBot } from '../../../../shared/domain/bot-rules/plan-bots.ts';
import type { JoinClaim } from '../../../../shared/domain/bot-rules/share-meetings.ts';
import type { CalendarEvent } from '../../../../shared/domain/calendar-event.ts';
import { timestampOf } from '../../../../shared/domain/timestamp.ts';
import { createRuledCalendar, createRuledEvent, createRules, ruleMoment } from '../../../support/bot-rule-fixtures.ts';

const now = timestampOf(ruleMoment);
const calendar = createRuledCalendar();
const joinAll = createRules([{ action: 'join' }]);
const event = createRuledEvent();
const key = meetingKeyOf(event) ?? '';
const later = { start_time: timestampOf(ruleMoment + 7_200_000), end_time: timestampOf(ruleMoment + 9_000_000) };
const bot = (given: Partial<StandingBot> = {}): StandingBot => ({ key, origin: 'rule', isHandedOff: false, ...given });

const plan = (
  events: CalendarEvent[],
  {
    standing = {},
    claims = {},
    ...given
  }: {
    standing?: Record<string, StandingBot>;
    claims?: Record<string, JoinClaim>;
    rules?: typeof joinAll;
    calendar?: RuledCalendar | null;
  } = {},
): BotPlan =>
  planBots({
    rules: joinAll,
    calendar,
    now,
    ...given,
    events,
    standing: new Map(Object.entries(standing)),
    claims: new Map(Object.entries(claims)),
  });
const nothing: BotPlan = { gains: [], moves: [], losses: [], waits: [] };

describe('a plan of bots', () => {
  it('gives a bot to an event that the rules want', () => {
    expect(plan([event])).toEqual({
      ...nothing,
      gains: [{ event_id: event.id, key, decision: decideBot(joinAll, event, calendar, now) }],
    });
    expect(plan([event], { standing: { [event.id]: bot() } })).toEqual(nothing);
  });

  it('takes it away when they want it no more, or it cannot be there', () => {
    const standing = { [event.id]: bot() };
    const lost = (reason: string) => ({ ...nothing, losses: [{ event_id: event.id, key, reason }] });
    expect(plan([event], { standing, rules: createRules([{ action: 'skip' }]) })).toEqual(lost('rule_skips'));
    expect(plan([{ ...event, is_deleted: true }], { standing })).toEqual(lost('event_deleted'));
    expect(plan([{ ...event, meeting_url: null }], { standing })).toEqual(lost('no_meeting_link'));
    expect(plan([event], { standing, calendar: null })).toEqual(lost('event_deleted'));
    expect(plan([event], { standing, calendar: { ...calendar, state: 'disconnected' } })).toEqual(
      lost('calendar_disconnected'),
    );
  });

  it('leaves it to a meeting whose time has come, and takes it from one moved into the past', () => {
    const started = { ...event, start_time: now };
    const ofIt = { [event.id]: bot({ key: meetingKeyOf(started) ?? '' }) };
    expect(plan([started], { standing: ofIt })).toEqual(nothing);
    expect(plan([started], { standing: { [event.id]: bot() } }).losses).toMatchObject([
      { reason: 'event_started', key },
    ]);
  });

  it('moves it with its event', () => {
    const moved = { ...event, ...later };
    expect(plan([moved], { standing: { [event.id]: bot() } })).toEqual({
      ...nothing,
      moves: [{ event_id: event.id, from: key, key: meetingKeyOf(moved) }],
    });
  });

  it('leaves alone what somebody asked for, and what a runner has', () => {
    for (const standing of [bot({ origin: 'user' }), bot({ isHandedOff: true })]) {
      const changed = [
        { ...event, is_deleted: true },
        { ...event, meeting_url: null },
        { ...event, ...later },
      ];
      for (const one of changed) expect(plan([one], { standing: { [event.id]: standing } })).toEqual(nothing);
      const twin = { ...event, id: 'evt_0000000000000000' };
      expect(plan([event, twin], { standing: { [event.id]: standing } })).toEqual({
        ...nothing,
        waits: [{ event_id: twin.id, key, carrier: event.id }],
      });
    }
  });

  it('waits for a meeting whose bot another calendar has', () => {
    const other = { carrier: 'evt_9999999999999999', withheld: false };
    const waits = [{ event_id: event.id, key, carrier: other.carrier }];
    expect(plan([event], { claims: { [key]: other } })).toEqual({ ...nothing, waits });
    // Both made one at once: who has no claim gives way.
    expect(plan([event], { claims: { [key]: other }, standing: { [event.id]: bot() } })).toEqual({
      ...nothing,
      losses: [{ event_id: event.id, key, reason: 'duplicate_of_other_calendar' }],
      waits,
    });
  });

  it('gives up a claim without a bot', () => {
    const claims = { [key]: { carrier: event.id, withheld: false } };
    expect(plan([{ ...event, is_deleted: true }], { claims }).losses).toMatchObject([{ event_id: event.id, key }]);
  });

  it('does not bring back a bot that somebody removed', () => {
    const claims = { [key]: { carrier: event.id, withheld: true } };
    expect(plan([event, { ...event, id: 'evt_2' }], { claims })).toEqual(nothing);
  });
});

/** Calendars of a project and their bots, as whoever carries out plans keeps them. */
function createWorld(rules: typeof joinAll) {
  const events = new Map<string, CalendarEvent>();
  const standing = new Map<string, StandingBot>();
  const claims = new Map<string, JoinClaim>();
  const waiting = new Map<string, Set<string>>();
  const calendars = ['cal_a', 'cal_b', 'cal_c'].map((id) => createRuledCalendar({ id }));
  const calendarOf = (id: string) => calendars.find((one) => one.id === events.get(id)?.calendar_id) ?? null;

  const planOf = (ids: string[]): BotPlan => {
    const changed = ids.flatMap((id) => events.get(id) ?? []);
    return planBots({ rules, calendar: calendarOf(ids[0] ?? ''), now, events: changed, standing, claims });
  };
  const release = (key: string, id: string): void => {
    waiting.get(key)?.delete(id);
    if (claims.get(key)?.carrier !== id) return;
    claims.delete(key);
    for (const next of [...(waiting.get(key) ?? [])].sort()) {
      const one = events.get(next);
      const wants = one && meetingKeyOf(one) === key && decideBot(rules, one, calendarOf(next), now).join;
      if (!wants || standing.has(next)) continue;
      claims.set(key, { carrier: next, withheld: false });
      standing.set(next, { key, origin: 'rule', isHandedOff: false });
      return;
    }
  };
  const take = (key: string, id: string): boolean => {
    const carrier = claims.get(key)?.carrier ?? id;
    claims.set(key, { carrier, withheld: false });
    waiting.set(key, (waiting.get(key) ?? new Set()).add(id));
    return carrier === id;
  };
  const apply = ({ gains, moves, losses, waits }: BotPlan): void => {
    for (const { event_id, key } of losses) {
      standing.delete(event_id);
      release(key, event_id);
    }
    for (const { event_id, from } of moves) release(from, event_id);
    for (const { event_id, key } of moves) {
      if (take(key, event_id)) standing.set(event_id, { key, origin: 'rule', isHandedOff: false });
      else standing.delete(event_id);
    }
    for (const { event_id, key } of gains) {
      if (take(key, event_id)) standing.set(event_id, { key, origin: 'rule', isHandedOff: false });
    }
    for (const { event_id, key } of waits) take(key, event_id);
  };
  return { events, standing, calendarOf, planOf, apply };
}

const rulesets: BotRule[][] = [
  [{ action: 'join' }],
  [{ action: 'skip', title_matches: ['private'] }, { action: 'join' }],
  [{ action: 'join', calendars: ['cal_a', 'cal_c'] }],
];
const change = fc.record({
  calendar_id: fc.constantFrom('cal_a', 'cal_b', 'cal_c'),
  slot: fc.integer({ min: 0, max: 2 }),
  is_deleted: fc.boolean(),
  name: fc.constantFrom('Planning', 'Private'),
  hour: fc.integer({ min: -1, max: 2 }),
  meeting_url: fc.constantFrom(
    'https://zoom.us/j/123456789',
    'https://acme.zoom.us/j/123456789?pwd=x',
    'https://meet.google.com/abc-defg-hij',
    null,
  ),
});
const story = fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { maxLength: 12 });

describe('plans, for any story', () => {
  it('are carried out once, in whatever order their events come, and leave each meeting one bot', () => {
    fc.assert(
      fc.property(fc.constantFrom(...rulesets), story, (rules, commits) => {
        const world = createWorld(createRules(rules));
        for (const commit of commits) {
          // A sync commits events of one calendar.
          const calendar_id = commit[0]?.calendar_id ?? '';
          const ids = commit.map(({ slot, hour, calendar_id: _calendar, ...fields }) => {
            const id = `evt_${calendar_id}_${slot}`;
            const start_time = timestampOf(ruleMoment + hour * 3_600_000);
            const end_time = timestampOf(ruleMoment + hour * 3_600_000 + 1_800_000);
            world.events.set(id, { ...createRuledEvent(fields), id, calendar_id, start_time, end_time });
            return id;
          });
          const changed = [...new Set(ids)];
          const planned = world.planOf(changed);
          const sorted = (list: { event_id: string }[]) => list.toSorted((a, b) => (a.event_id < b.event_id ? -1 : 1));
          const reversed = world.planOf(changed.toReversed());
          for (const part of ['gains', 'moves', 'losses', 'waits'] as const) {
            expect(sorted(reversed[part])).toEqual(sorted(planned[part]));
          }
          world.apply(planned);
          expect({ ...world.planOf(changed), waits: [] }).toEqual(nothing);

          const wanted = [...world.events.values()].filter(
            (one) => decideBot(createRules(rules), one, world.calendarOf(one.id), now).join,
          );
          const meetings = [...new Set(wanted.map((one) => meetingKeyOf(one) ?? ''))].sort();
          expect([...world.standing.values()].map((one) => one.key).sort()).toEqual(meetings);
          for (const [id, { key }] of world.standing) {
            expect(wanted.find((one) => one.id === id && meetingKeyOf(one) === key)).toBeDefined();
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
