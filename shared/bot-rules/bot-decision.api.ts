import * as z from 'zod';
import { ruleReferenceOut } from '../bots/bot.api.ts';
import { idOut, timeOut } from '../http/response-fields.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import { decisionReasons, ruleOutcomes } from './bot-decision.ts';
import { conditionNames, ruleActions } from './bot-rules.ts';
import type { ExplainedDecision } from './find-bot-decision.ts';
import type { EventDecision } from './read-places.ts';

/** What the rules decide for an event; docs/bot-rules.md explains the reasons. */
export const botDecisionOut = z.object({
  calendar_event_id: idOut('evt'),
  calendar_id: idOut('cal'),
  name: z.string().nullable(),
  start_time: timeOut(),
  meeting_url: z.string().nullable(),
  decision: z.enum(ruleActions),
  reason: z.enum(decisionReasons),
  rule: ruleReferenceOut.nullable(),
  bot_name: z.string().nullable(),
  duplicate_of: idOut('evt').nullable(),
});

export const ruleEvaluationOut = ruleReferenceOut.extend({
  action: z.enum(ruleActions),
  outcome: z.enum(ruleOutcomes),
  failed: z.array(z.enum(conditionNames)),
  unknown: z.array(z.enum(conditionNames)),
});

/** The decision for one event, with the outcome of each rule. */
export const explainedDecisionOut = botDecisionOut.extend({
  rules: z.array(ruleEvaluationOut),
});

export const showBotDecision = ({ event, decision }: EventDecision): z.output<typeof botDecisionOut> => ({
  calendar_event_id: event.id,
  calendar_id: event.calendar_id,
  name: event.name,
  start_time: formatTimestamp(event.start_time),
  meeting_url: event.meeting_url,
  decision: decision.join ? 'join' : 'skip',
  reason: decision.reason,
  rule: decision.rule,
  bot_name: decision.bot_name,
  duplicate_of: decision.duplicate_of,
});

export const showExplainedDecision = (decision: ExplainedDecision): z.output<typeof explainedDecisionOut> => ({
  ...showBotDecision(decision),
  rules: decision.evaluations,
});
