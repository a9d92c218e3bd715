import type { Bot } from '../bots/bot.ts';
import { botsPerEvent, getBots } from '../bots/bot-store.ts';
import { expiresAfter } from '../bots/expires-after.ts';
import { readFollowed } from '../bots/followed-event-store.ts';
import type { EventReference, MeetingClaim } from '../bots/meeting-claim.ts';
import { addAttendeeEvent } from '../bots/meeting-claim-store.ts';
import { meetingKey, meetingKeyOfEvent } from '../meeting-links/meeting-key.ts';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import type { BotRules } from './bot-rules.ts';
import { readBotRules } from './bot-rules-store.ts';
import { decideBot, refuse } from './decide-bot.ts';
import { nextRuleStep } from './next-rule-step.ts';
import type { RuleDeps } from './rule-deps.ts';
import { type RuledEvent, takeRuleStep } from './take-rule-step.ts';

/** Each step changes something or is the last one; so many steps mean that others change it, too. */
const stepsAtOnce = 12;

/**
 * Gives an event the bot that rules want for it, and removes every other one that rules created. It reads what is stored,
 * takes one step, and reads again until no step is left. So it sees every change in between, and may run twice, side by
 * side, and after a crash anywhere.
 *
 * @param isForMeeting the event's meeting asks, so it need not be notified
 * @returns key of the meeting that has a bot now, of this event or another one; null: rules want no bot for this event
 */
export async function reconcileEventBot(
  deps: RuleDeps,
  projectId: string,
  reference: EventReference,
  { isForMeeting = false } = {},
): Promise<string | null> {
  for (let step = 0; step < stepsAtOnce; step += 1) {
    const found = await readRuledEvent(deps, projectId, reference);
    if (!found) return null;
    const next = nextRuleStep(found);
    if (next.kind === 'done') {
      if (!isForMeeting) await releaseMeetings(deps, found);
      return found.decision.join ? found.key : null;
    }
    await takeRuleStep(deps, found, next);
  }
  throw new Error('too many concurrent updates of an event and its bots');
}

/** Three requests, and one to three more for an event that gets a bot. @returns null when the event is gone */
async function readRuledEvent(
  deps: RuleDeps,
  projectId: string,
  reference: EventReference,
): Promise<RuledEvent | null> {
  const { table, clock } = deps;
  const followed = { project_id: projectId, calendar_id: reference.calendar_id, calendar_event_id: reference.event_id };
  const [{ event: row, calendar: stored }, rules] = await Promise.all([
    readFollowed(table, followed),
    readBotRules(table, projectId),
  ]);
  if (!row) return null;
  const calendar = stored && !stored.deleted_at ? stored : null;
  const bots = row.bot_ids.length === 0 ? [] : await getBots(table, row.bot_ids);
  const key = meetingKeyOfEvent(row.event);
  const decision = decideBot(rules, row.event, calendar, timestampOf(clock.now()));
  const found: RuledEvent = {
    projectId,
    reference,
    row,
    calendar,
    bots,
    key,
    decision,
    claim: null,
    meetingBot: null,
    hasRoom: row.bot_ids.length < botsPerEvent,
  };
  if (!decision.join || key === null) return found;

  const expiresAt = expiresAfter(millisOf(row.event.start_time), deps);
  const claim = await addAttendeeEvent(table, { projectId, meetingKey: key }, reference, expiresAt);
  if (claim.suppressed) return { ...found, claim, decision: refuse('bot_removed', { rule: decision.rule }) };
  return { ...found, claim, meetingBot: await readMeetingBot(deps, rules, { key, claim, reference, bots }) };
}

/**
 * The bot of a claim, if it exists and goes to this meeting. A bot that a user created counts only while rules want a bot
 * for its event.
 */
async function readMeetingBot(
  { table, clock }: RuleDeps,
  rules: BotRules,
  { key, claim, reference, bots }: { key: string; claim: MeetingClaim; reference: EventReference; bots: Bot[] },
): Promise<Bot | null> {
  const { bot_id: id } = claim;
  if (id === null) return null;
  const bot = bots.find((own) => own.id === id) ?? (await getBots(table, [id]))[0];
  if (!bot || meetingKey(bot.meeting_url, bot.join_at) !== key) return null;
  if (bot.automatic || bot.calendar_event_id === reference.event_id) return bot;
  const { event: row, calendar } = await readFollowed(table, bot);
  if (!row || !calendar || calendar.deleted_at) return null;
  const decision = decideBot(rules, row.event, calendar, timestampOf(clock.now()));
  return decision.join && meetingKeyOfEvent(row.event) === key ? bot : null;
}

/**
 * Rules want no bot for the event any more. A bot that a user created stays, but it is no longer the bot of its meeting:
 * another event of the meeting may get one now.
 */
async function releaseMeetings({ ruleQueue }: RuleDeps, { projectId, decision, bots }: RuledEvent): Promise<void> {
  if (decision.join) return;
  const keys = bots.flatMap(({ automatic, meeting_key }) => (automatic ? [] : (meeting_key ?? [])));
  if (keys.length > 0) {
    await ruleQueue.send(keys.map((meeting_key) => ({ kind: 'meeting', project_id: projectId, meeting_key })));
  }
}
