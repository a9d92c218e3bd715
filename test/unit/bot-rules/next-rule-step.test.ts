import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BotDecision } from '../../../shared/bot-rules/bot-decision.ts';
import { refuse } from '../../../shared/bot-rules/decide-bot.ts';
import {
  isInMeeting,
  type MeetingOfEvent,
  needsPlace,
  nextRuleStep,
} from '../../../shared/bot-rules/next-rule-step.ts';
import { type Bot, botStates } from '../../../shared/bots/bot.ts';
import { scheduleBot } from '../../../shared/bots/schedule-bot.ts';
import { meetingKey } from '../../../shared/meeting-links/meeting-key.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';

const rule = { index: 0, name: null };
const joins: BotDecision = { join: true, reason: 'rule_matched', rule, bot_name: 'Notes', duplicate_of: null };
const at = timestampOf(0);

/** The meeting of the bots below, by its link and by its iCalendar UID. */
const key = meetingKey('https://zoom.us/j/123456789', at);
const uid = `ical:u@acme@${at}`;
const botOf = (name: string, given: Partial<Bot> = {}): Bot => ({
  ...scheduleBot(
    { id: `bot_${name}`, projectId: 'proj', at },
    { calendar_id: 'cal', calendar_event_id: 'evt', meeting_url: 'https://zoom.us/j/123456789', join_at: at },
    { bot_name: 'Notes' },
  ),
  ...given,
});
const automatic = { automatic: { rule, bot_name: 'Notes' }, meeting_keys: [key] };
const [own, theirs, ofUser] = [botOf('own', automatic), botOf('theirs', automatic), botOf('ofUser')];
const forLink = botOf('forLink', { calendar_id: null, calendar_event_id: null });
const step = ({
  held = null,
  named = new Map(held ? [[key, held]] : []),
  ...given
}: Partial<MeetingOfEvent> & { held?: Bot | null }) =>
  nextRuleStep({ decision: joins, keys: [key], bots: [], named, ...given });
const take = (bot: Bot, replaced: Bot | null = null, keys = [key]) => ({ kind: 'take_claim', bot, keys, replaced });
const reason = 'duplicate_of_other_calendar';

describe('an event that rules want a bot for', () => {
  it('gets one unless the meeting has one or the event has no room', () => {
    expect(step({})).toEqual({ kind: 'create', replaced: null });
    expect(step({ held: theirs })).toEqual({ kind: 'done' });
    expect(step({ hasRoom: false })).toEqual({ kind: 'done' });
  });

  it('takes over the bot of a worse event', () => {
    const yielding = new Set([theirs.id]);
    expect(step({ held: theirs, yielding })).toEqual({ kind: 'create', replaced: theirs });
    expect(step({ bots: [own], held: theirs, yielding })).toEqual(take(own, theirs));
    expect(step({ held: theirs, yielding, hasRoom: false })).toEqual({ kind: 'done' });
    const joined = { ...theirs, state: 'joining' as const };
    expect(step({ held: joined, yielding })).toEqual({ kind: 'done' });
  });

  it('takes over two meetings that it belongs to: the second bot makes way, if the event gets the first one’s place', () => {
    const second = botOf('second', { ...automatic, meeting_keys: [uid] });
    const both = {
      keys: [key, uid],
      yielding: new Set([theirs.id, second.id]),
      named: new Map([
        [key, theirs],
        [uid, second],
      ]),
    };
    const makesWay = { kind: 'remove', bot: second, reason, makesWay: true };
    expect(step(both)).toEqual(makesWay);
    expect(step({ ...both, bots: [own] })).toEqual(makesWay);
    expect(step({ ...both, hasRoom: false })).toEqual({ kind: 'done' });
    expect(needsPlace(step(both), { decision: joins, bots: [] })).toBe(true);
    expect(step({ ...both, named: new Map([[key, theirs]]) })).toEqual({ kind: 'create', replaced: theirs });
    expect(step({ ...both, yielding: new Set([theirs.id]) })).toEqual({ kind: 'done' });
  });

  it('keeps its bot, which becomes the meeting’s bot if that has none', () => {
    expect(step({ bots: [own], held: own })).toEqual({ kind: 'done' });
    expect(step({ bots: [own] })).toEqual(take(own));
    const moved = { ...own, meeting_keys: ['before'] };
    expect(step({ bots: [moved] })).toEqual(take(moved));
    expect(step({ bots: [moved], held: moved })).toEqual(take(moved));
  });

  it('has its bot in the claims of all its keys', () => {
    const keys = [key, uid];
    expect(step({ bots: [own], held: own, keys })).toEqual(take(own, null, keys));
    const named = new Map([
      [key, own],
      [uid, theirs],
    ]);
    expect(step({ bots: [own], named, keys })).toEqual({ kind: 'remove', bot: own, reason });
    // A bot of a user leaves the other bot of a user its claim.
    const both = new Map([
      [key, ofUser],
      [uid, { ...theirs, automatic: undefined }],
    ]);
    const holding = { ...ofUser, meeting_keys: [key] };
    expect(step({ bots: [holding], named: both, keys })).toEqual({ kind: 'done' });
  });

  it('loses its bot if the meeting has another one', () => {
    expect(step({ bots: [own], held: theirs })).toEqual({ kind: 'remove', bot: own, reason });
    expect(step({ bots: [own, theirs], held: theirs })).toEqual({ kind: 'remove', bot: own, reason });
  });

  it('keeps a bot that a user created, which replaces a bot of the rules', () => {
    expect(step({ bots: [ofUser] })).toEqual(take(ofUser));
    expect(step({ bots: [own, ofUser], held: own })).toEqual(take(ofUser, own));
    expect(step({ bots: [ofUser], held: theirs })).toEqual(take(ofUser, theirs));
    const claiming = { ...ofUser, meeting_keys: [key] };
    expect(step({ bots: [claiming], held: claiming })).toEqual({ kind: 'done' });
    expect(step({ bots: [ofUser], held: { ...theirs, automatic: undefined } })).toEqual({ kind: 'done' });
  });

  it('has its bot replaced by one that a user created for the link', () => {
    expect(step({ linkBots: [forLink] })).toEqual(take(forLink));
    expect(step({ bots: [own], held: own, linkBots: [forLink] })).toEqual(take(forLink, own));
    expect(step({ held: theirs, linkBots: [forLink] })).toEqual(take(forLink, theirs));
    // It joins when the event of the other bot is over.
    expect(step({ held: theirs, linkBots: [forLink], unserved: new Set([theirs.id]) })).toEqual({ kind: 'done' });
    const claiming = { ...forLink, meeting_keys: [key] };
    expect(step({ held: claiming, linkBots: [claiming] })).toEqual({ kind: 'done' });
    expect(step({ held: claiming })).toEqual({ kind: 'done' });
  });

  it('prefers a bot that a user created for it to one for the link, and removes those of overlapping meetings', () => {
    const claiming = { ...forLink, meeting_keys: [key] };
    const given = { bots: [ofUser], linkBots: [claiming], held: claiming };
    expect(step(given)).toEqual(take(ofUser));
    expect(step({ ...given, overlapping: [theirs] })).toEqual(take(ofUser, theirs));
    // Of two, the one that is there longer holds the claim.
    const ofOther = { ...theirs, automatic: undefined };
    expect(step({ bots: [ofUser], held: ofOther, outlasted: new Set([ofOther.id]) })).toEqual(take(ofUser));
    expect(step({ bots: [ofUser], held: ofOther })).toEqual({ kind: 'done' });
    const failed = { ...ofUser, state: 'fatal_error' as const };
    expect(step({ ...given, bots: [failed] })).toEqual({ kind: 'done' });
  });

  it('keeps a bot that has joined, and gets no other one after it', () => {
    const joined = botOf('own', { ...automatic, state: 'joined_recording' });
    expect(step({ bots: [joined], held: joined })).toEqual({ kind: 'done' });
    const failed = botOf('own', { ...automatic, state: 'fatal_error' });
    expect(step({ bots: [failed], held: failed })).toEqual({ kind: 'done' });
    const elsewhere = { ...failed, meeting_url: 'https://zoom.us/j/999', meeting_keys: ['before'] };
    expect(step({ bots: [elsewhere] })).toEqual({ kind: 'create', replaced: null });
  });

  it('has its bot labelled with the rule that matches now', () => {
    const renamed = { ...joins, bot_name: 'Minutes' };
    expect(step({ decision: renamed, bots: [own], held: own })).toEqual({ kind: 'relabel', bot: own });
    expect(step({ decision: renamed, bots: [ofUser] })).toEqual(take(ofUser));
  });
});

describe('an event that rules want no bot for', () => {
  it('loses the bot of the rules until it has joined, and no other bot', () => {
    for (const reason of ['no_rules', 'rule_skips', 'no_rule_matches', 'declined', 'all_day', 'bot_removed'] as const) {
      const decision = refuse(reason);
      expect(step({ decision, bots: [ofUser, own] })).toEqual({ kind: 'remove', bot: own, reason });
      const joining = botOf('own', { ...automatic, state: 'joining' });
      expect(step({ decision, bots: [ofUser, joining], keys: [] })).toEqual({ kind: 'done' });
    }
  });

  it('keeps other events from a bot while it has one of a user', () => {
    const decision = refuse('rule_skips');
    expect(isInMeeting(decision, [ofUser])).toBe(true);
    for (const [other, bots] of [
      [refuse('rule_skips'), [own]],
      [refuse('no_rules'), [ofUser]],
      [refuse('event_started'), [ofUser]],
      [refuse('rule_skips'), [{ ...ofUser, state: 'ended' as const }]],
    ] as const) {
      expect(isInMeeting(other, [...bots])).toBe(false);
    }
    expect(step({ decision, bots: [ofUser], held: theirs })).toEqual(take(ofUser, theirs));
  });

  it('keeps its bot for reasons that the sync handles', () => {
    const reasons = [
      'event_deleted',
      'calendar_disconnected',
      'event_started',
      'event_over',
      'no_meeting_link',
    ] as const;
    for (const reason of reasons) {
      expect(step({ decision: refuse(reason), bots: [own], keys: [] })).toEqual({ kind: 'done' });
    }
  });
});

it('the steps end with one bot for a meeting that rules want one for, from any beginning', () => {
  const botArbitrary = fc.record({
    isAutomatic: fc.boolean(),
    state: fc.constantFrom(...botStates),
    keys: fc.constantFrom([key], ['before'], undefined),
  });
  fc.assert(
    fc.property(
      fc.array(botArbitrary, { maxLength: 4 }),
      fc.constantFrom<'none' | 'elsewhere' | 'of a user elsewhere' | 0 | 1 | 2>(
        'none',
        'elsewhere',
        'of a user elsewhere',
        0,
        1,
        2,
      ),
      fc.boolean(),
      (given, held, isWanted) => {
        let bots = given.map(({ isAutomatic, state, keys }, index) =>
          botOf(String(index), {
            state,
            ...(isAutomatic && { automatic: automatic.automatic }),
            meeting_keys: keys && [...keys],
          }),
        );
        const elsewhere = { elsewhere: theirs, 'of a user elsewhere': { ...botOf('elsewhere'), meeting_keys: [key] } };
        let holder: Bot | null =
          typeof held === 'number' ? (bots[held] ?? null) : held === 'none' ? null : elsewhere[held];
        const decision = isWanted ? joins : refuse('no_rules');
        for (let steps = 0; ; steps += 1) {
          expect(steps).toBeLessThan(12);
          const named = new Map<string, Bot>(holder ? [[key, holder]] : []);
          const keys = isWanted ? [key] : [];
          const next = nextRuleStep({ decision, keys, bots, named });
          if (next.kind === 'done') break;
          if (next.kind === 'remove') bots = bots.filter((bot) => bot !== next.bot);
          if (next.kind === 'take_claim') bots = bots.filter((bot) => bot !== next.replaced);
          if (next.kind === 'create') bots.push((holder = botOf('new', automatic)));
          if (next.kind === 'take_claim') {
            holder = { ...next.bot, meeting_keys: [key] };
            bots = bots.map((bot) => (bot === next.bot ? (holder as Bot) : bot));
          }
          if (next.kind === 'relabel') expect.fail('the labels are right already');
        }
        const own = bots.filter((bot) => bot.automatic && (bot.state === 'scheduled' || bot.state === 'staged'));
        if (isWanted) expect(holder).not.toBeNull();
        expect(own.filter((bot) => !isWanted || bot.id !== holder?.id)).toEqual([]);
      },
    ),
  );
});
