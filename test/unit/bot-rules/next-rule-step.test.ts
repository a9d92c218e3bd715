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

const botOf = (id: string, given: Partial<Bot> = {}): Bot => ({
  ...scheduleBot(
    { id, projectId: 'proj', at },
    { calendar_id: 'cal', calendar_event_id: 'evt', meeting_url: 'https://zoom.us/j/123456789', join_at: at },
    { bot_name: 'Notes' },
  ),
  ...given,
});
const automatic = { automatic: { rule, bot_name: 'Notes' }, meeting_key: 'k' };
const [own, theirs, asked] = [botOf('own', automatic), botOf('theirs', automatic), botOf('asked')];
const step = (given: Partial<Parameters<typeof nextRuleStep>[0]>) =>
  nextRuleStep({ decision: joins, key: 'k', bots: [], meetingBot: null, ...given });

describe('an event that rules want a bot for', () => {
  it('makes one unless the meeting has one', () => {
    expect(step({})).toEqual({ kind: 'create' });
    expect(step({ meetingBot: theirs })).toEqual({ kind: 'done' });
    expect(step({ hasRoom: false })).toEqual({ kind: 'done' });
  });

  it('keeps its own, which becomes the meeting’s where that has none', () => {
    expect(step({ bots: [own], meetingBot: own })).toEqual({ kind: 'done' });
    expect(step({ bots: [own] })).toEqual({ kind: 'take_claim', bot: own });
    const moved = { ...own, meeting_key: 'before' };
    expect(step({ bots: [moved] })).toEqual({ kind: 'take_claim', bot: moved });
    expect(step({ bots: [moved], meetingBot: moved })).toEqual({ kind: 'take_claim', bot: moved });
  });

  it('gives its own up where the meeting has another one', () => {
    const reason = 'duplicate_of_other_calendar';
    expect(step({ bots: [own], meetingBot: theirs })).toEqual({ kind: 'remove', bot: own, reason });
    expect(step({ bots: [own, theirs], meetingBot: theirs })).toEqual({ kind: 'remove', bot: own, reason });
  });

  it('is content with a bot that somebody asked for, for which an automatic one makes room', () => {
    expect(step({ bots: [asked] })).toEqual({ kind: 'take_claim', bot: asked });
    expect(step({ bots: [own, asked], meetingBot: own })).toEqual({ kind: 'replace', bot: asked, replaced: own });
    expect(step({ bots: [asked], meetingBot: theirs })).toEqual({ kind: 'replace', bot: asked, replaced: theirs });
    const named = { ...asked, meeting_key: 'k' };
    expect(step({ bots: [named], meetingBot: named })).toEqual({ kind: 'done' });
    expect(step({ bots: [asked], meetingBot: { ...theirs, automatic: undefined } })).toEqual({ kind: 'done' });
  });

  it('leaves alone what has joined, and makes no other one after it', () => {
    const joined = botOf('own', { ...automatic, state: 'joined_recording' });
    expect(step({ bots: [joined], meetingBot: joined })).toEqual({ kind: 'done' });
    const failed = botOf('own', { ...automatic, state: 'fatal_error' });
    expect(step({ bots: [failed], meetingBot: failed })).toEqual({ kind: 'done' });
    expect(step({ bots: [{ ...failed, meeting_key: 'before' }] })).toEqual({ kind: 'create' });
  });

  it('has it labelled by the rule that holds now', () => {
    const renamed = { ...joins, bot_name: 'Minutes' };
    expect(step({ decision: renamed, bots: [own], meetingBot: own })).toEqual({ kind: 'relabel', bot: own });
    expect(step({ decision: renamed, bots: [asked], meetingBot: null })).toEqual({ kind: 'take_claim', bot: asked });
  });
});

describe('an event that rules want no bot for', () => {
  it('loses theirs, until it has joined, and no other one', () => {
    for (const reason of ['no_rules', 'rule_skips', 'no_rule_matches', 'declined', 'all_day', 'bot_removed'] as const) {
      const decision = refuse(reason);
      expect(step({ decision, bots: [asked, own] })).toEqual({ kind: 'remove', bot: own, reason });
      expect(step({ decision, bots: [asked, botOf('own', { ...automatic, state: 'joining' })] })).toEqual({
        kind: 'done',
      });
    }
  });

  it('keeps it for reasons that bots follow by themselves', () => {
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

it('comes to rest, with one bot of a meeting that is wanted, whatever there was', () => {
  const botArbitrary = fc.record({
    isAutomatic: fc.boolean(),
    state: fc.constantFrom(...botStates),
    key: fc.constantFrom('k', 'before', undefined),
  });
  fc.assert(
    fc.property(
      fc.array(botArbitrary, { maxLength: 4 }),
      fc.constantFrom<'none' | 'elsewhere' | 'asked elsewhere' | 0 | 1 | 2>(
        'none',
        'elsewhere',
        'asked elsewhere',
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
        const elsewhere = { elsewhere: theirs, 'asked elsewhere': { ...asked, meeting_key: 'k' } };
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
          if (next.kind === 'relabel') expect.fail('labels are as they should be');
        }
        const own = bots.filter((bot) => bot.automatic && (bot.state === 'scheduled' || bot.state === 'staged'));
        if (isWanted) expect(holder).not.toBeNull();
        expect(own.filter((bot) => !isWanted || bot.id !== holder?.id)).toEqual([]);
      },
    ),
  );
});
