import type { RuleAction, RuleConditions } from './bot-rules.ts';

/** Why an event gets a bot or gets none. Stable, and closed: docs/bot-rules.md says what each means. */
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
  'bot_removed',
] as const;
export type DecisionReason = (typeof decisionReasons)[number];

/** A rule, by its place in the list and its name. */
interface RuleReference {
  index: number;
  name: string | null;
}

export interface BotDecision {
  join: boolean;
  reason: DecisionReason;
  /** The rule that decided; null when none did. */
  rule: RuleReference | null;
  /** What the bot is called; null without one. */
  bot_name: string | null;
  /** Of `duplicate_of_other_calendar`: the event that has the bot. */
  duplicate_of: string | null;
}

export const ruleOutcomes = ['decides', 'does_not_match', 'not_reached'] as const;

/** How a rule fared with an event; `unknown` conditions count against a bot. */
export interface RuleEvaluation extends RuleReference {
  action: RuleAction;
  outcome: (typeof ruleOutcomes)[number];
  failed: (keyof RuleConditions)[];
  unknown: (keyof RuleConditions)[];
}
