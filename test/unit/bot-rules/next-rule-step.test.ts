import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BotDecision } from '../../../shared/bot-rules/bot-decision.ts';
import { refuse } from '../../../shared/bot-rules/decide-bot.ts';
import { nextRuleStep } from '../../../shared/bot-rules/next-rule-step.ts';
import { type Bot, botStates } from '../../../shared/bots/bot.ts';
import { scheduleBot } from '../../../shared/bots/schedule-bot.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';

const rule = { index: 0, name: null };
const joins: BotDecision = { join: true, reason: 'rule_matched', rule, bot_name: 'Notes', duplicate_of: null };
const at = timestampOf(0);

const botOf = (name: string, given: Partial<Bot> = {}): Bot => ({
  ...scheduleBot(
    { id: `bot_${name}`, projectId: 'proj', at },
    { calendar_id: 'cal', calendar_event_id: 'evt', meeting_url: 'https://zoom.us/j/123456789', join_at: at },
    { bot_name: 'Notes' },
  ),
  ...given,
});
const automatic = { automatic: { rule, bot_name: 'Notes' }, meeting_key: 'k' };
const [own, theirs, ofUser] = [botOf('own', automatic), botOf('theirs', automatic), botOf('ofUser')];
const step = (given: Partial<Parameters<typeof nextRuleStep>[0]>) =>
  nextRuleStep({ decision: joins, key: 'k', bots: [], meetingBot: null, ...given });

describe('an event that rules want a bot for', () => {
  it('gets one unless the meeting has one or the event has no room', () => {
    expect(step({})).toEqual({ kind: 'create' });
    expect(step({ meetingBot: theirs })).toEqual({ kind: 'done' });
    expect(step({ hasRoom: false })).toEqual({ kind: 'done' });
  });

  it('keeps its bot, which becomes the meeting’s bot if that has none', () => {
    expect(step({ bots: [own], meetingBot: own })).toEqual({ kind: 'done' });
    expect(step({ bots: [own] })).toEqual({ kind: 'take_claim', bot: own });
    const moved = { ...own, meeting_key: 'before' };
    expect(step({ bots: [moved] })).toEqual({ kind: 'take_claim', bot: moved });
    expect(step({ bots: [moved], meetingBot: moved })).toEqual({ kind: 'take_claim', bot: moved });
  });

  it('loses its bot if the meeting has another one', () => {
    const reason = 'duplicate_of_other_calendar';
    expect(step({ bots: [own], meetingBot: theirs })).toEqual({ kind: 'remove', bot: own, reason });
    expect(step({ bots: [own, theirs], meetingBot: theirs })).toEqual({ kind: 'remove', bot: own, reason });
  });

  it('keeps a bot that a user created, which replaces a bot of the rules', () => {
    expect(step({ bots: [ofUser] })).toEqual({ kind: 'take_claim', bot: ofUser });
    expect(step({ bots: [own, ofUser], meetingBot: own })).toEqual({ kind: 'replace', bot: ofUser, replaced: own });
    expect(step({ bots: [ofUser], meetingBot: theirs })).toEqual({ kind: 'replace', bot: ofUser, replaced: theirs });
    const claiming = { ...ofUser, meeting_key: 'k' };
    expect(step({ bots: [claiming], meetingBot: claiming })).toEqual({ kind: 'done' });
    expect(step({ bots: [ofUser], meetingBot: { ...theirs, automatic: undefined } })).toEqual({ kind: 'done' });
  });

  it('keeps a bot that has joined, and gets no other one after it', () => {
    const joined = botOf('own', { ...automatic, state: 'joined_recording' });
    expect(step({ bots: [joined], meetingBot: joined })).toEqual({ kind: 'done' });
    const failed = botOf('own', { ...automatic, state: 'fatal_error' });
    expect(step({ bots: [failed], meetingBot: failed })).toEqual({ kind: 'done' });
    expect(step({ bots: [{ ...failed, meeting_key: 'before' }] })).toEqual({ kind: 'create' });
  });

  it('has its bot labelled with the rule that matches now', () => {
    const renamed = { ...joins, bot_name: 'Minutes' };
    expect(step({ decision: renamed, bots: [own], meetingBot: own })).toEqual({ kind: 'relabel', bot: own });
    expect(step({ decision: renamed, bots: [ofUser], meetingBot: null })).toEqual({ kind: 'take_claim', bot: ofUser });
  });
});

describe('an event that rules want no bot for', () => {
  it('loses the bot of the rules until it has joined, and no other bot', () => {
    for (const reason of ['no_rules', 'rule_skips', 'no_rule_matches', 'declined', 'all_day', 'bot_removed'] as const) {
      const decision = refuse(reason);
      expect(step({ decision, bots: [ofUser, own] })).toEqual({ kind: 'remove', bot: own, reason });
      expect(step({ decision, bots: [ofUser, botOf('own', { ...automatic, state: 'joining' })] })).toEqual({
        kind: 'done',
      });
    }
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
      expect(step({ decision: refuse(reason), bots: [own] })).toEqual({ kind: 'done' });
    }
  });
});

it('the steps end with one bot for a meeting that rules want one for, from any beginning', () => {
  const botArbitrary = fc.record({
    isAutomatic: fc.boolean(),
    state: fc.constantFrom(...botStates),
    key: fc.constantFrom('k', 'before', undefined),
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
        let bots = given.map(({ isAutomatic, state, key }, index) =>
          botOf(String(index), {
            state,
            ...(isAutomatic && { automatic: automatic.automatic }),
            meeting_key: key,
          }),
        );
        const elsewhere = { elsewhere: theirs, 'of a user elsewhere': { ...ofUser, meeting_key: 'k' } };
        let holder: Bot | null =
          typeof held === 'number' ? (bots[held] ?? null) : held === 'none' ? null : elsewhere[held];
        const decision = isWanted ? joins : refuse('no_rules');
        for (let steps = 0; ; steps += 1) {
          expect(steps).toBeLessThan(12);
          const next = nextRuleStep({ decision, key: 'k', bots, meetingBot: holder });
          if (next.kind === 'done') break;
          if (next.kind === 'remove') bots = bots.filter((bot) => bot !== next.bot);
          if (next.kind === 'replace') bots = bots.filter((bot) => bot !== next.replaced);
          if (next.kind === 'create') bots.push((holder = botOf('new', automatic)));
          if (next.kind === 'take_claim' || next.kind === 'replace') {
            holder = { ...next.bot, meeting_key: 'k' };
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
