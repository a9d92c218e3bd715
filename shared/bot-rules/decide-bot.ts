import type { CalendarEvent } from '../events/calendar-event.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { BotDecision, DecisionReason, RuleEvaluation } from './bot-decision.ts';
import { type BotRules, defaultBotName } from './bot-rules.ts';
import { evaluateRules, type RuledCalendar } from './evaluate-rules.ts';

/**
 * Decides by the rules whether an event gets a bot. First come the reasons against a bot that no rule can change, in a
 * fixed order. Then the first rule that matches decides; without a match there is no bot. Other events are not
 * considered: `share-meetings.ts` finds out whether another calendar has the meeting's bot.
 *
 * @param calendar null when it is deleted, and its events with it
 */
export function decideBot(
  rules: BotRules,
  event: CalendarEvent,
  calendar: RuledCalendar | null,
  now: Timestamp,
): BotDecision {
  const reason = reasonAgainst(event, calendar, now);
  if (reason) return refuse(reason);
  if (rules.rules.length === 0) return refuse('no_rules');
  const evaluations = calendar ? evaluateRules(rules, event, calendar) : [];
  return decideBy(rules, evaluations);
}

export const refuse = (reason: DecisionReason, given: Partial<BotDecision> = {}): BotDecision => ({
  join: false,
  reason,
  rule: null,
  bot_name: null,
  duplicate_of: null,
  ...given,
});

function reasonAgainst(
  event: CalendarEvent,
  calendar: RuledCalendar | null,
  now: Timestamp,
): DecisionReason | undefined {
  const reasons: [DecisionReason, boolean][] = [
    ['event_deleted', event.is_deleted || calendar === null],
    ['calendar_disconnected', calendar?.state === 'disconnected'],
    ['event_over', event.start_time <= now && event.end_time <= now],
    ['event_started', event.start_time <= now],
    ['all_day', event.is_all_day],
    ['no_meeting_link', event.meeting_url === null],
    ['declined', event.response_status === 'declined'],
  ];
  return reasons.find(([, holds]) => holds)?.[0];
}

function decideBy({ rules }: BotRules, evaluations: RuleEvaluation[]): BotDecision {
  const deciding = evaluations.find(({ outcome }) => outcome === 'decides');
  if (!deciding) return refuse('no_rule_matches');
  const rule = { index: deciding.index, name: deciding.name };
  return deciding.action === 'skip'
    ? refuse('rule_skips', { rule })
    : {
        join: true,
        reason: 'rule_matched',
        rule,
        bot_name: rules[deciding.index]?.bot_name ?? defaultBotName,
        duplicate_of: null,
      };
}
