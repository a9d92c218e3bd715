import { isTerminal } from '../bots/bot.ts';
import { loadBot } from '../bots/bot-store.ts';
import { reconcileCalendar } from './reconcile-calendar.ts';
import { reconcileEvent, reconcileLinkBot, reconcileMeeting, reconcileRoom } from './reconcile-meeting.ts';
import { reconcileProject } from './reconcile-project.ts';
import { reconcileWaiting } from './reconcile-waiting.ts';
import type { RuleDeps } from './rule-deps.ts';
import type { RuleMessage } from './rule-message.ts';

/**
 * Handles a message of the rule queue. A message names what to reconcile, not what to do, so it may come late, twice and
 * side by side with others; its next delivery repairs a crash.
 *
 * @param delivery `attempt` is 1 on the first one; `remainingMs` until the function is stopped
 */
export async function handleRuleMessage(
  deps: RuleDeps,
  message: RuleMessage,
  delivery: { attempt: number; remainingMs: () => number },
): Promise<void> {
  switch (message.kind) {
    case 'changes':
    case 'calendar':
      return reconcileCalendar(deps, message, delivery);
    case 'project':
      return reconcileProject(deps, message, delivery);
    case 'meeting':
      await reconcileMeeting(deps, message.project_id, message.meeting_keys);
      if (message.calendar_id !== undefined) await reconcileWaiting(deps, message.project_id, message.calendar_id);
      return;
    case 'event': {
      const { event_id, calendar_id } = message;
      await reconcileEvent(deps, message.project_id, { event_id, calendar_id });
      return;
    }
    case 'bot':
  }
  const { bot } = await loadBot(deps.table, message.bot_id);
  if (!bot) return;
  if (bot.calendar_id === null || bot.calendar_event_id === null) return reconcileLinkBot(deps, bot);
  if (isTerminal(bot)) return reconcileRoom(deps, bot);
  const reference = { event_id: bot.calendar_event_id, calendar_id: bot.calendar_id };
  await reconcileEvent(deps, bot.project_id, reference);
}
