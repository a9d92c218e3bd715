import { findEvent } from '../events/event-store.ts';
import type { Clock } from '../platform/clock.ts';
import { isId } from '../platform/ids.ts';
import type { Table } from '../store/table.ts';
import type { RuleEvaluation } from './bot-decision.ts';
import { readBotRules } from './bot-rules-store.ts';
import { decideEvents } from './decide-events.ts';
import { evaluateRules } from './evaluate-rules.ts';
import type { EventDecision } from './read-places.ts';

/** A decision, with the result of each rule. */
export interface ExplainedDecision extends EventDecision {
  evaluations: RuleEvaluation[];
}

/** What the rules decide for an event, and why. @returns null when the project has no such event */
export async function findBotDecision(
  { table, clock }: { table: Table; clock: Clock },
  projectId: string,
  eventId: string,
): Promise<ExplainedDecision | null> {
  if (!isId('evt', eventId)) return null;
  const [row, rules] = await Promise.all([findEvent(table, projectId, eventId), readBotRules(table, projectId)]);
  if (!row) return null;
  const { event } = row;
  const [decided] = await decideEvents(table, projectId, rules, [event], { now: clock.stamp(), isStart: false });
  if (!decided) return null;
  return { ...decided, evaluations: decided.calendar ? evaluateRules(rules, event, decided.calendar) : [] };
}
