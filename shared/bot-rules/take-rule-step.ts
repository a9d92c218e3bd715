import type { Bot } from '../bots/bot.ts';
import { callBots } from '../bots/bot-deps.ts';
import type { NamedCalendar } from '../bots/bot-notifications.ts';
import { botItems } from '../bots/bot-row.ts';
import { insertBot, type OtherItems, saveBot } from '../bots/bot-store.ts';
import { withTimer } from '../bots/bot-times.ts';
import { moveBot } from '../bots/change-bot.ts';
import { readFollowed } from '../bots/followed-event-store.ts';
import type { EventReference, MeetingClaim } from '../bots/meeting-claim.ts';
import { takeClaimItem } from '../bots/meeting-claim-store.ts';
import { saveRemoval } from '../bots/save-removal.ts';
import { scheduleBot } from '../bots/schedule-bot.ts';
import type { Calendar } from '../calendars/calendar.ts';
import type { EventRow } from '../events/event-row.ts';
import { randomId } from '../platform/ids.ts';
import { lostRace } from '../platform/retry-lost-race.ts';
import type { BotDecision } from './bot-decision.ts';
import { defaultBotName } from './bot-rules.ts';
import type { RuleStep } from './next-rule-step.ts';
import type { RuleDeps } from './rule-deps.ts';

/** An event with everything its bot depends on, as read at one time. */
export interface RuledEvent {
  projectId: string;
  reference: EventReference;
  row: EventRow;
  /** null when it is deleted, or about to be. */
  calendar: Calendar | null;
  /** Bots of the event, without removed ones. */
  bots: Bot[];
  /** The event's meeting key; null without a link. */
  key: string | null;
  decision: BotDecision;
  /** The meeting's claim; null when rules want no bot for the event. */
  claim: MeetingClaim | null;
  /** The bot of the claim, if it still goes to the meeting. */
  meetingBot: Bot | null;
  /** Has the event room for another bot? */
  hasRoom: boolean;
}

/**
 * Takes a step towards the bot that rules want for an event, in one transaction. The transaction is refused when anything
 * has changed that the step depends on; the caller reads again either way.
 */
export async function takeRuleStep(deps: RuleDeps, found: RuledEvent, step: RuleStep): Promise<void> {
  switch (step.kind) {
    case 'done':
      return;
    case 'create':
      return create(deps, found);
    case 'take_claim':
      return takeClaim(deps, found, step.bot);
    case 'replace': {
      const { calendar } = await readFollowed(deps.table, step.replaced);
      const { claim, write } = claimFor(found, step.bot);
      const after = withTimer(write.after, deps.clock.stamp(), deps.botLeadMs);
      const also = { claim, ...botItems({ ...write, after }) };
      return remove(deps, calendar, step.replaced, { decision: 'duplicate_of_other_calendar', also });
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

async function create(deps: RuleDeps, { projectId, reference, row, key, decision, claim }: RuledEvent): Promise<void> {
  const { event, content_hash } = row;
  if (!claim || key === null || event.meeting_url === null) return;
  const automatic = labelOf(decision);
  const scheduled = scheduleBot(
    { id: randomId('bot'), projectId, at: deps.clock.stamp() },
    {
      calendar_id: reference.calendar_id,
      calendar_event_id: reference.event_id,
      meeting_url: event.meeting_url,
      join_at: event.start_time,
    },
    { bot_name: automatic.bot_name },
  );
  const inserted = await insertBot(
    deps,
    { ...scheduled, automatic, meeting_key: key },
    {
      event: { project_id: projectId, calendar_id: reference.calendar_id, id: reference.event_id, content_hash },
      claim: takeClaimItem({ projectId, meetingKey: key }, claim, { bot_id: scheduled.id, holder: reference }),
    },
  );
  if (inserted.kind === 'inserted') await callBots(deps, [inserted.bot]);
}

/** The writes by which an existing bot becomes the meeting's bot. */
function claimFor({ projectId, reference, key, claim }: RuledEvent, bot: Bot) {
  if (!claim || key === null) throw new Error('only a meeting with a claim can have a bot');
  return {
    claim: takeClaimItem({ projectId, meetingKey: key }, claim, { bot_id: bot.id, holder: reference }),
    write: { before: bot, after: { ...bot, meeting_key: key } },
  };
}

/** The bot may have moved here with its event. The meeting it has left is reconciled, too; its message is sent first. */
async function takeClaim(deps: RuleDeps, found: RuledEvent, bot: Bot): Promise<void> {
  const { write, claim } = claimFor(found, bot);
  if (bot.meeting_key !== undefined && bot.meeting_key !== found.key) {
    await deps.ruleQueue.send([{ kind: 'meeting', project_id: found.projectId, meeting_key: bot.meeting_key }]);
  }
  const saved = await saveBot(deps, write, { also: { claim } });
  if (saved !== lostRace && saved) await callBots(deps, [saved]);
}

/** The notification of the removal names the meeting, so that rules give the meeting another bot. */
async function remove(
  deps: RuleDeps,
  calendar: NamedCalendar,
  bot: Bot,
  removal: { decision: BotDecision['reason']; also?: OtherItems },
): Promise<void> {
  const removed = await saveRemoval(deps, bot, calendar, { reason: 'not_wanted_by_rules', ...removal });
  if (removed !== lostRace) await callBots(deps, [{ id: bot.id, project_id: bot.project_id }]);
}

/** A name that the bot's user has changed stays. */
async function relabel(deps: RuleDeps, { decision }: RuledEvent, bot: Bot): Promise<void> {
  const automatic = labelOf(decision);
  const isNameKept = bot.bot_name !== bot.automatic?.bot_name || bot.bot_name === automatic.bot_name;
  const after = {
    ...(isNameKept
      ? bot
      : moveBot(bot, { bot_name: automatic.bot_name }, { now: deps.clock.stamp(), leadMs: deps.botLeadMs })),
    automatic,
  };
  const saved = await saveBot(deps, { before: bot, after });
  if (saved !== lostRace && saved && !isNameKept) await callBots(deps, [saved]);
}
