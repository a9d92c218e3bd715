import type { Bot } from '../bots/bot.ts';
import { botsPerEvent, getBots } from '../bots/bot-store.ts';
import { readFollowed } from '../bots/followed-event-store.ts';
import { meetingKeyOf, meetingKeyOfBot } from '../meeting-links/meeting-key.ts';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import type { BotDecision } from './bot-decision.ts';
import type { BotRules } from './bot-rules.ts';
import { readBotRules } from './bot-rules-store.ts';
import { decideBot, refuse } from './decide-bot.ts';
import { type EventPlace, enterClaim, type StoredClaim } from './meeting-claim-store.ts';
import { nextRuleStep } from './next-rule-step.ts';
import type { RuleDeps } from './rule-deps.ts';
import { type RuledEvent, takeRuleStep } from './take-rule-step.ts';

/** Each step ends it or changes something; so many changes at once mean that others change it, too. */
const stepsAtOnce = 12;

const dayMs = 86_400_000;

/**
 * Makes it so that an event has the bot that rules want for it, and no other one of theirs: reads what stands now, takes
 * a step, and reads again until there is nothing to do. So whatever changed in between is seen, and it may be done twice,
 * side by side, and after a crash anywhere.
 *
 * @param isAsked by its meeting, which need not be told what it asks
 * @returns key of the meeting that has its bot now, through this event or another one; null: rules want none for this one
 */
export async function settleEventBot(
  deps: RuleDeps,
  projectId: string,
  place: EventPlace,
  { isAsked = false } = {},
): Promise<string | null> {
  for (let step = 0; step < stepsAtOnce; step += 1) {
    const found = await look(deps, projectId, place);
    if (!found) return null;
    const next = nextRuleStep(found);
    if (next.kind === 'rest') {
      if (!isAsked) await tellOfUnwanted(deps, found);
      return found.decision.join ? found.key : null;
    }
    await takeRuleStep(deps, found, next);
  }
  throw new Error('the event changes faster than its bot can be settled');
}

/** Three requests, and one to three more for an event that is to get a bot. @returns null when the event is gone, and its bots */
async function look(deps: RuleDeps, projectId: string, place: EventPlace): Promise<RuledEvent | null> {
  const { table, clock } = deps;
  const followed = { project_id: projectId, calendar_id: place.calendar_id, calendar_event_id: place.event_id };
  const [{ event: row, calendar: stored }, rules] = await Promise.all([
    readFollowed(table, followed),
    readBotRules(table, projectId),
  ]);
  if (!row) return null;
  const calendar = stored && !stored.deleted_at ? stored : null;
  const bots = row.bot_ids.length === 0 ? [] : await getBots(table, row.bot_ids);
  const key = meetingKeyOf(row.event);
  const decision = decideBot(rules, row.event, calendar, timestampOf(clock.now()));
  const hasRoom = row.bot_ids.length < botsPerEvent;
  const found: RuledEvent = {
    projectId,
    place,
    row,
    calendar,
    bots,
    key,
    decision,
    claim: null,
    holder: null,
    hasRoom,
  };
  if (!decision.join || key === null) return found;

  const claim = await enterClaim(table, { projectId, meetingKey: key }, place, expiryOf(deps, row.event.start_time));
  if (claim.withheld) return { ...found, claim, decision: refuse('bot_removed', { rule: decision.rule }) };
  return { ...found, claim, holder: await readHolder(deps, rules, { key, claim, place, bots }) };
}

const expiryOf = ({ retentionDays }: RuleDeps, start: Parameters<typeof millisOf>[0]): number =>
  Math.floor((millisOf(start) + retentionDays * dayMs) / 1000);

/**
 * The bot that a claim names, if it is the meeting's: it stands, and is bound for this meeting; one that somebody asked
 * for must be of an event that rules want a bot for, or else it is nothing to do with them.
 */
async function readHolder(
  { table, clock }: RuleDeps,
  rules: BotRules,
  { key, claim, place, bots }: { key: string; claim: StoredClaim; place: EventPlace; bots: Bot[] },
): Promise<Bot | null> {
  const { bot_id: id } = claim;
  if (id === null) return null;
  const bot = bots.find((own) => own.id === id) ?? (await getBots(table, [id]))[0];
  if (!bot || meetingKeyOfBot(bot) !== key) return null;
  if (bot.automatic || bot.calendar_event_id === place.event_id) return bot;
  const { event: row, calendar } = await readFollowed(table, bot);
  if (!row || !calendar || calendar.deleted_at) return null;
  const decision: BotDecision = decideBot(rules, row.event, calendar, timestampOf(clock.now()));
  return decision.join && meetingKeyOf(row.event) === key ? bot : null;
}

/**
 * A bot that somebody asked for was its meeting's, and rules do not want one for its event any more: it stays, but another
 * event of the meeting may get one now.
 */
async function tellOfUnwanted({ ruleQueue }: RuleDeps, { projectId, decision, bots }: RuledEvent): Promise<void> {
  if (decision.join) return;
  const keys = bots.flatMap(({ automatic, meeting_key }) => (automatic ? [] : (meeting_key ?? [])));
  if (keys.length > 0) {
    await ruleQueue.send(keys.map((meeting_key) => ({ kind: 'meeting', project_id: projectId, meeting_key })));
  }
}
