import type { Bot } from '../bots/bot.ts';
import { callBots, notificationsDueAt } from '../bots/bot-deps.ts';
import { botRemoved, type NamedCalendar } from '../bots/bot-notifications.ts';
import { rawBotItems } from '../bots/bot-row.ts';
import { insertBot, saveBot, type TransactItems } from '../bots/bot-store.ts';
import { botDueAt } from '../bots/bot-times.ts';
import { moveBot, removeBot } from '../bots/change-bot.ts';
import { readFollowed } from '../bots/followed-event-store.ts';
import { scheduleBot } from '../bots/schedule-bot.ts';
import type { Calendar } from '../calendars/calendar.ts';
import type { EventRow } from '../events/event-row.ts';
import { randomId } from '../platform/ids.ts';
import type { BotDecision } from './bot-decision.ts';
import { defaultBotName } from './bot-rules.ts';
import { claimItem, type EventPlace, type StoredClaim } from './meeting-claim-store.ts';
import type { RuleStep } from './next-rule-step.ts';
import type { RuleDeps } from './rule-deps.ts';

/** An event, and all that its bot depends on, as read at one time. */
export interface RuledEvent {
  projectId: string;
  place: EventPlace;
  row: EventRow;
  /** null when it is gone, or about to be. */
  calendar: Calendar | null;
  /** Of the event, without removed ones. */
  bots: Bot[];
  /** Of its meeting; null without a link. */
  key: string | null;
  decision: BotDecision;
  /** Of an event that is to get a bot. */
  claim: StoredClaim | null;
  holder: Bot | null;
  /** Has the event less bots than it may? */
  hasRoom: boolean;
}

/**
 * Takes a step towards the bot an event is to have, in one transaction that fails when something it rests on has changed;
 * whether it did or not is seen by looking again.
 */
export async function takeRuleStep(deps: RuleDeps, found: RuledEvent, step: RuleStep): Promise<void> {
  switch (step.kind) {
    case 'rest':
      return;
    case 'create':
      return create(deps, found);
    case 'name':
      return name(deps, found, step.bot);
    case 'displace': {
      const { calendar } = await readFollowed(deps.table, step.holder);
      const named = naming(deps, found, step.bot);
      return remove(deps, calendar, step.holder, { decision: 'duplicate_of_other_calendar', also: named.items });
    }
    case 'remove':
      return remove(deps, found.calendar, step.bot, { decision: step.reason });
    case 'relabel':
  }
  return relabel(deps, found, step.bot);
}

const labelOf = ({ rule, bot_name }: BotDecision): NonNullable<Bot['automatic']> => ({
  rule,
  bot_name: bot_name ?? defaultBotName,
});

async function create(deps: RuleDeps, { projectId, place, row, key, decision, claim }: RuledEvent): Promise<void> {
  const { event, content_hash } = row;
  if (!claim || key === null || event.meeting_url === null) return;
  const automatic = labelOf(decision);
  const scheduled = scheduleBot(
    { id: randomId('bot'), projectId, at: deps.clock.stamp(), leadMs: deps.botLeadMs },
    {
      calendar_id: place.calendar_id,
      calendar_event_id: place.event_id,
      meeting_url: event.meeting_url,
      join_at: event.start_time,
    },
    { bot_name: automatic.bot_name },
  );
  const bot = { ...scheduled, automatic, meeting_key: key };
  const guard = { project_id: projectId, calendar_id: place.calendar_id, id: place.event_id, content_hash };
  const named = claimItem(deps.table, { projectId, meetingKey: key }, claim, { bot_id: bot.id, place });
  if ((await insertBot(deps.table, bot, guard, [named])) === 'inserted') await callBots(deps, [bot]);
}

/** The rows by which a bot that stands becomes the meeting's. */
function naming(
  { table, clock, botLeadMs }: RuleDeps,
  { projectId, place, key, claim }: RuledEvent,
  bot: Bot,
): { write: { before: Bot; after: Bot }; claim: TransactItems; items: TransactItems } {
  if (!claim || key === null) throw new Error('a bot can only be named by the claim of a meeting');
  const decided = { ...bot, meeting_key: key };
  const write = { before: bot, after: { ...decided, due_at: botDueAt(decided, clock.stamp(), botLeadMs) } };
  const named = [claimItem(table, { projectId, meetingKey: key }, claim, { bot_id: bot.id, place })];
  return { write, claim: named, items: [...named, ...rawBotItems(table, write)] };
}

/** The bot may have gone there with its event, from a meeting where others wait for one: they are told before it leaves. */
async function name(deps: RuleDeps, found: RuledEvent, bot: Bot): Promise<void> {
  const { write, claim } = naming(deps, found, bot);
  if (bot.meeting_key !== undefined && bot.meeting_key !== found.key) {
    await deps.ruleQueue.send([{ kind: 'meeting', project_id: found.projectId, meeting_key: bot.meeting_key }]);
  }
  const isSaved = await saveBot(deps.table, write, {
    notifications: [],
    notificationsDueAt: notificationsDueAt(deps),
    also: claim,
  });
  if (isSaved) await callBots(deps, [write.after]);
}

/** The notification of the removal names the meeting, and so brings whoever takes over. */
async function remove(
  deps: RuleDeps,
  calendar: NamedCalendar,
  bot: Bot,
  { decision, also = [] }: { decision: BotDecision['reason']; also?: TransactItems },
): Promise<void> {
  const reason = 'not_wanted_by_rules';
  const at = deps.clock.stamp();
  const id = deps.newId();
  const changed = removeBot(bot, reason, at);
  const after = changed && { ...changed, due_at: botDueAt(changed, at, deps.botLeadMs) };
  const notifications = [{ id, notification: botRemoved(bot, calendar, id, { reason, at, decision }) }];
  const write = after ? { before: bot, after } : { before: bot, after: null };
  const isSaved = await saveBot(deps.table, write, {
    notifications,
    notificationsDueAt: notificationsDueAt(deps),
    link: 'remove',
    also,
  });
  if (isSaved) await callBots(deps, [{ id: bot.id }]);
}

/** A name that its user has changed stays. */
async function relabel(deps: RuleDeps, { decision }: RuledEvent, bot: Bot): Promise<void> {
  const automatic = labelOf(decision);
  const isOwnName = bot.bot_name !== bot.automatic?.bot_name || bot.bot_name === automatic.bot_name;
  const changed = { ...(isOwnName ? bot : moveBot(bot, { bot_name: automatic.bot_name })), automatic };
  const after = { ...changed, due_at: botDueAt(changed, deps.clock.stamp(), deps.botLeadMs) };
  const isSaved = await saveBot(
    deps.table,
    { before: bot, after },
    { notifications: [], notificationsDueAt: notificationsDueAt(deps) },
  );
  if (isSaved && !isOwnName) await callBots(deps, [after]);
}
