import type { RuleAction, RuleConditions } from './bot-rules.ts';

/** Why an event gets a bot or gets none. The list is closed and stable; docs/bot-rules.md explains each reason. */
export const decisionReasons = [
  'rule_matched',
  'rule_skips',
  'no_rule_matches',
  'no_rules',
  'event_deleted',
  'calendar_disconnected',
  'event_over',
  'event_started',
  'all_day',
  'no_meeting_link',
  'declined',
  'duplicate_of_other_calendar',
  'meeting_has_bot',
  'too_many_bots',
  'bot_removed',
] as const;
export type DecisionReason = (typeof decisionReasons)[number];

/** A rule, by its position in the list and its name. */
interface RuleReference {
  index: number;
  name: string | null;
}

export interface BotDecision {
  join: boolean;
  reason: DecisionReason;
  /** The rule that decided; null when none did. */
  rule: RuleReference | null;
  /** The name of the bot; null when there is no bot. */
  bot_name: string | null;
  /** With `duplicate_of_other_calendar`: the event that has the meeting's bot. */
  duplicate_of: string | null;
}

export const ruleOutcomes = ['decides', 'does_not_match', 'not_reached'] as const;

/** The result of one rule for an event. */
export interface RuleEvaluation extends RuleReference {
  action: RuleAction;
  outcome: (typeof ruleOutcomes)[number];
  failed: (keyof RuleConditions)[];
  /** Conditions that cannot be assessed; they count against a bot. */
  unknown: (keyof RuleConditions)[];
}
