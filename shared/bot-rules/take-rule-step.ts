import type { Bot } from '../bots/bot.ts';
import { callBots } from '../bots/bot-deps.ts';
import { botItems } from '../bots/bot-row.ts';
import type { BotSettings } from '../bots/bot-settings.ts';
import { type BotEventGuard, insertBot, insertionItems, type OtherItems, saveBot } from '../bots/bot-store.ts';
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
import { timestampOf } from '../platform/timestamp.ts';
import type { BotDecision, DecisionReason } from './bot-decision.ts';
import { type BotRules, defaultBotName } from './bot-rules.ts';
import type { EventRank } from './event-rank.ts';
import type { MeetingOfEvent, RuleStep } from './next-rule-step.ts';
import type { RuleDeps } from './rule-deps.ts';

/** Keys of meetings that a bot for a link serves, at most: so many claims fit into one transaction with it. */
const mostMeetingKeys = 20;

/** An event with everything its bot depends on, as read at one time. */
export interface RuledEvent extends Required<MeetingOfEvent> {
  projectId: string;
  reference: EventReference;
  row: EventRow;
  /** null when it is deleted, or about to be. */
  calendar: Calendar | null;
  rank: EventRank;
  rules: BotRules;
  settings: BotSettings;
  /** Of its meeting, by key; none when the event takes no part in one. */
  claims: Map<string, MeetingClaim>;
  /** Keys of other meetings in its room that have no bot. */
  free: string[];
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
      return create(deps, found, step.replaced);
    case 'take_claim':
      return takeClaim(deps, found, step);
    case 'remove':
      return remove(deps, step.bot, { decision: step.reason });
    case 'relabel':
  }
  return relabel(deps, found, step.bot);
}

const labelOf = ({ rule, bot_name }: BotDecision): NonNullable<Bot['automatic']> => ({
  rule,
  bot_name: bot_name ?? defaultBotName,
});

async function create(deps: RuleDeps, found: RuledEvent, replaced: Bot | null): Promise<void> {
  const { projectId, reference, row, keys, decision } = found;
  const { event, content_hash } = row;
  if (event.meeting_url === null) return;
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
  const bot = { ...scheduled, automatic, meeting_keys: keys };
  const guard: BotEventGuard = {
    project_id: projectId,
    calendar_id: reference.calendar_id,
    id: reference.event_id,
    content_hash,
  };
  const claims = claimItems(deps, found, keys, bot);
  if (replaced) {
    const after = withTimer(bot, deps.clock.stamp(), deps.botLeadMs);
    const also = { ...claims, ...insertionItems(after, guard) };
    await remove(deps, replaced, { decision: 'duplicate_of_other_calendar', also, next: after });
    return;
  }
  const inserted = await insertBot(deps, bot, { event: guard, also: claims });
  if (inserted.kind === 'inserted') await callBots(deps, [inserted.bot]);
}

/** The writes by which a bot becomes the bot of its meeting. */
function claimItems(
  { clock }: RuleDeps,
  { projectId, reference: holder, claims }: RuledEvent,
  keys: string[],
  bot: Bot,
): OtherItems {
  const at = timestampOf(clock.now());
  return Object.fromEntries(
    keys.flatMap((meetingKey) => {
      const claim = claims.get(meetingKey);
      const item = claim && takeClaimItem({ projectId, meetingKey }, claim, { bot_id: bot.id, holder, at });
      return item ? [[`claim ${meetingKey}`, item]] : [];
    }),
  );
}

/** The bot may have moved here with its event. The meeting it has left is reconciled, too; its message is sent first. */
async function takeClaim(
  deps: RuleDeps,
  found: RuledEvent,
  { bot, keys, replaced }: Extract<RuleStep, { kind: 'take_claim' }>,
): Promise<void> {
  const former = (bot.meeting_keys ?? []).filter((key) => !keys.includes(key));
  // A bot for a link moves only when its user moves it. It may serve several meetings of a room.
  const isForLink = bot.calendar_event_id === null;
  const meeting_keys = isForLink ? [...keys, ...former].slice(0, mostMeetingKeys) : keys;
  if (former.length > 0 && !isForLink) {
    await deps.ruleQueue.send([{ kind: 'meeting', project_id: found.projectId, meeting_keys: former }]);
  }
  const after = { ...bot, meeting_keys };
  const claims = claimItems(deps, found, keys, bot);
  if (replaced) {
    const timed = withTimer(after, deps.clock.stamp(), deps.botLeadMs);
    const also = { ...claims, ...botItems({ before: bot, after: timed }) };
    await remove(deps, replaced, { decision: 'duplicate_of_other_calendar', also });
    return;
  }
  const saved = await saveBot(deps, { before: bot, after }, { also: claims });
  if (saved !== lostRace && saved) await callBots(deps, [saved]);
}

/**
 * The notification of the removal names the meeting, so that rules give the meeting another bot.
 *
 * @param next a bot that is stored with the removal
 */
async function remove(
  deps: RuleDeps,
  bot: Bot,
  { next, ...removal }: { decision: DecisionReason; also?: OtherItems; next?: Bot },
): Promise<void> {
  const { calendar } = await readFollowed(deps.table, bot);
  const removed = await saveRemoval(deps, bot, calendar, { reason: 'not_wanted_by_rules', ...removal, next });
  if (removed === lostRace) return;
  await callBots(deps, [{ id: bot.id, project_id: bot.project_id }, ...(next ? [next] : [])]);
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
