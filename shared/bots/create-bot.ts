import { readBotRules } from '../bot-rules/bot-rules-store.ts';
import { safelyLaterSeconds } from '../bot-rules/rule-deps.ts';
import type { RuleQueue } from '../bot-rules/rule-queue.ts';
import { findCalendar } from '../calendars/calendar-store.ts';
import { findEvent } from '../events/event-store.ts';
import { AppError, invalidFields } from '../platform/app-error.ts';
import { isId, randomId } from '../platform/ids.ts';
import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import type { Bot } from './bot.ts';
import { type BotDeps, callBots } from './bot-deps.ts';
import { type BotEventGuard, botsPerEvent, insertBot } from './bot-store.ts';
import { type BotMeeting, type BotRequest, scheduleBot } from './schedule-bot.ts';

export interface CreateBotDeps extends BotDeps {
  ruleQueue: Pick<RuleQueue, 'send'>;
}

export interface NewBot extends BotRequest {
  calendar_event_id?: string | undefined;
  meeting_url?: string | undefined;
  join_at?: Timestamp | undefined;
}

/** An event may be changed by a sync between its reading and the bot's storing; so often it is read again. */
const attempts = 5;

/**
 * Schedules a bot, for an event or for a link and a time.
 *
 * @throws AppError 400 with the texts of docs/api-compatibility.md#bots
 */
export async function createBot(deps: CreateBotDeps, projectId: string, request: NewBot): Promise<Bot> {
  for (let attempt = 1; ; attempt += 1) {
    const { meeting, guard } = await findMeeting(deps, projectId, request);
    const bot = scheduleBot(
      { id: randomId('bot'), projectId, at: deps.clock.stamp(), leadMs: deps.botLeadMs },
      meeting,
      request,
    );
    const callRules = await rulesToCall(deps, bot);
    await callRules(safelyLaterSeconds);
    const outcome = await insertBot(deps.table, bot, guard);
    if (outcome === 'key_taken') throw refuse(keyTaken);
    if (outcome === 'inserted') {
      await callBots(deps, [bot]);
      await callRules(0).catch((error: Error) => deps.logger.error('rules not told of a bot', { error }));
      return { ...bot, version: 1 };
    }
    if (attempt === attempts) throw new Error('the event changes faster than a bot can be made for it');
  }
}

/**
 * Where rules may have given the meeting a bot, they are told of one that somebody asked for, to be content with that:
 * at once, and before it is stored, held back, so that a crash in between loses nothing.
 */
async function rulesToCall(
  { table, ruleQueue }: CreateBotDeps,
  bot: Bot,
): Promise<(delaySeconds: number) => Promise<void>> {
  const isRuled = bot.calendar_event_id !== null && (await readBotRules(table, bot.project_id)).rules.length > 0;
  return isRuled
    ? (delaySeconds) => ruleQueue.send([{ kind: 'bot', bot_id: bot.id }], delaySeconds)
    : () => Promise.resolve();
}

const keyTaken =
  'Deduplication key already in use. A bot in a non-terminal state with this deduplication key already exists. Please use a different deduplication key or wait for that bot to terminate.';

async function findMeeting(
  deps: BotDeps,
  projectId: string,
  request: NewBot,
): Promise<{ meeting: BotMeeting; guard: BotEventGuard | null }> {
  const now = timestampOf(deps.clock.now());
  const { calendar_event_id: eventId, meeting_url, join_at } = request;
  if (eventId !== undefined) return findEventMeeting(deps, projectId, { ...request, calendar_event_id: eventId }, now);
  const required = ['This field is required.'];
  if (meeting_url === undefined || join_at === undefined) {
    throw invalidFields({
      ...(meeting_url === undefined && { meeting_url: required }),
      ...(join_at === undefined && { join_at: required }),
    });
  }
  if (join_at < now) throw inThePast();
  return { meeting: { calendar_id: null, calendar_event_id: null, meeting_url, join_at }, guard: null };
}

async function findEventMeeting(
  { table }: BotDeps,
  projectId: string,
  { calendar_event_id: id, meeting_url, join_at }: NewBot & { calendar_event_id: string },
  now: Timestamp,
): Promise<{ meeting: BotMeeting; guard: BotEventGuard }> {
  const row = isId('evt', id) ? await findEvent(table, projectId, id) : null;
  if (!row) throw refuse(`Calendar event with id ${id.slice(0, 100)} does not exist in this project.`);
  if (meeting_url !== undefined) throw refuse(given('meeting_url', 'meeting URL'));
  if (join_at !== undefined) throw refuse(given('join_at', 'join time'));
  const { event, content_hash, bot_ids } = row;
  if (event.is_deleted) throw refuse(`Calendar event with id ${id} is deleted.`);
  const calendar = await findCalendar(table, projectId, event.calendar_id);
  if (!calendar) throw refuse(`Calendar event with id ${id} does not exist in this project.`);
  if (calendar.calendar.state !== 'connected') {
    throw refuse(`The calendar of calendar event ${id} is disconnected. Bots cannot follow its events.`);
  }
  if (event.meeting_url === null) throw invalidFields({ meeting_url: ['This field may not be null.'] });
  if (event.start_time < now) throw inThePast();
  if (bot_ids.length >= botsPerEvent) throw refuse(`A calendar event can have at most ${botsPerEvent} bots.`);
  return {
    meeting: {
      calendar_id: event.calendar_id,
      calendar_event_id: id,
      meeting_url: event.meeting_url,
      join_at: event.start_time,
    },
    guard: { project_id: projectId, calendar_id: event.calendar_id, id, content_hash },
  };
}

const refuse = (reason: string): AppError => new AppError('refused', reason);
export const inThePast = (): AppError => invalidFields({ join_at: ['join_at cannot be in the past'] });
const given = (field: string, name: string): string =>
  `${field} should not be provided when calendar_event_id is specified. The ${name} will be taken from the calendar event.`;
