import { loadBot } from '../bots/bot-store.ts';
import { settleCalendar } from './reconcile-calendar.ts';
import { settleEventBot } from './reconcile-event-bot.ts';
import { settleMeeting } from './reconcile-meeting.ts';
import { settleProject } from './reconcile-project.ts';
import type { RuleDeps } from './rule-deps.ts';
import type { RuleMessage } from './rule-queue.ts';

/**
 * One message of the rule queue. It says where to look, not what to do, so each may come late, twice and side by side;
 * any crash in here is made good by its next delivery.
 *
 * @param delivery `attempt` is 1 on the first one; `remainingMs` until the function is stopped
 */
export async function workRuleMessage(
  deps: RuleDeps,
  message: RuleMessage,
  delivery: { attempt: number; remainingMs: () => number },
): Promise<void> {
  switch (message.kind) {
    case 'changes':
    case 'calendar':
      return settleCalendar(deps, message, delivery);
    case 'project':
      return settleProject(deps, message, delivery);
    case 'meeting':
      return settleMeeting(deps, message.project_id, message.meeting_key);
    case 'bot':
  }
  const { bot } = await loadBot(deps.table, message.bot_id);
  if (!bot || bot.calendar_id === null || bot.calendar_event_id === null) return;
  const place = { event_id: bot.calendar_event_id, calendar_id: bot.calendar_id };
  await settleEventBot(deps, bot.project_id, place);
}
