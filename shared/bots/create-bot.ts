import type { RuleQueue } from '../bot-rules/rule-queue.ts';
import { readCalendars } from '../calendars/calendar-look-up-store.ts';
import { findEvent } from '../events/event-store.ts';
import { AppError, invalidFields } from '../platform/app-error.ts';
import { ruleTimingMs } from '../platform/bot-timing.ts';
import { isId, randomId } from '../platform/ids.ts';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import type { Bot } from './bot.ts';
import { type BotDeps, callBots } from './bot-deps.ts';
import { type BotEventGuard, botsPerEvent, findBotByKey, insertBot } from './bot-store.ts';
import { checkSettings } from './runner-settings.ts';
import { type BotMeeting, type BotRequest, scheduleBot } from './schedule-bot.ts';

export interface CreateBotDeps extends BotDeps {
  ruleQueue: Pick<RuleQueue, 'send'>;
  /** Does the project have bot rules? */
  hasBotRules: (projectId: string) => Promise<boolean>;
}

export interface NewBot extends BotRequest {
  calendar_event_id?: string | undefined;
  meeting_url?: string | undefined;
  /** Now, when it is absent. */
  join_at?: Timestamp | undefined;
}

/**
 * Schedules a bot, for an event or for a link and a time.
 *
 * @throws AppError 400 with the texts of docs/api-compatibility.md#bots
 */
export async function createBot(deps: CreateBotDeps, projectId: string, request: NewBot): Promise<Bot> {
  checkSettings(request.settings);
  // A sync may change the event after it is read here: then it is read again.
  return retryLostRace(async () => {
    const { meeting, guard } = await findMeeting(deps, projectId, request);
    const scheduled = scheduleBot({ id: randomId('bot'), projectId, at: deps.clock.stamp() }, meeting, request);
    const isRuled = await deps.hasBotRules(projectId);
    // Sent before the bot is stored, so that a crash in between loses no message.
    if (isRuled) await callRules(deps, scheduled, ruleTimingMs.messageBeforeWrite / 1000);
    const inserted = await insertBot(deps, scheduled, { event: guard });
    if (inserted.kind === 'key_taken') throw await refuseKey(deps, projectId, request.deduplication_key ?? '');
    if (inserted.kind === 'changed') return lostRace;
    await callBots(deps, [inserted.bot]);
    // Sent again without a delay, so that rules take the bot into account at once.
    if (isRuled) {
      await callRules(deps, scheduled, 0).catch((error: Error) =>
        deps.logger.error('rule message not sent', { bot_id: scheduled.id, error }),
      );
    }
    return inserted.bot;
  });
}

/** Rules may have given the meeting a bot already: they remove theirs in favour of one that a user created. */
const callRules = ({ ruleQueue }: CreateBotDeps, bot: Bot, delaySeconds: number): Promise<void> =>
  ruleQueue.send([{ kind: 'bot', project_id: bot.project_id, bot_id: bot.id }], delaySeconds);

/** The bot that holds the key may be over by now. */
async function refuseKey({ table }: CreateBotDeps, projectId: string, key: string): Promise<AppError> {
  const existingId = await findBotByKey(table, projectId, key);
  return new AppError('refused', keyTaken, existingId === null ? {} : { existingId });
}

const keyTaken =
  'Deduplication key already in use. A bot in a non-terminal state with this deduplication key already exists. Please use a different deduplication key or wait for that bot to terminate.';

async function findMeeting(
  deps: BotDeps,
  projectId: string,
  request: NewBot,
): Promise<{ meeting: BotMeeting; guard: BotEventGuard | undefined }> {
  const now = timestampOf(deps.clock.now());
  const { calendar_event_id: eventId, meeting_url, join_at } = request;
  if (eventId !== undefined) return findEventMeeting(deps, projectId, { ...request, calendar_event_id: eventId }, now);
  if (meeting_url === undefined) throw invalidFields({ meeting_url: ['This field is required.'] });
  if (join_at !== undefined && join_at < now) throw inThePast();
  return {
    meeting: { calendar_id: null, calendar_event_id: null, meeting_url, join_at: join_at ?? now },
    guard: undefined,
  };
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
  const calendar = (await readCalendars(table, projectId, [event.calendar_id])).get(event.calendar_id);
  if (!calendar) throw refuse(`Calendar event with id ${id} does not exist in this project.`);
  if (calendar.state !== 'connected') {
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
