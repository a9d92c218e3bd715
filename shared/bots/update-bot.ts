import { isDeepStrictEqual } from 'node:util';
import type { RuleMessage } from '../bot-rules/rule-message.ts';
import { AppError } from '../platform/app-error.ts';
import { ruleTimingMs } from '../platform/bot-timing.ts';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { type Bot, isFollowing } from './bot.ts';
import { botAttempts, callBots } from './bot-deps.ts';
import { announceMove } from './bot-notifications.ts';
import { findBot, saveBot } from './bot-store.ts';
import { moveBot } from './change-bot.ts';
import { type CreateBotDeps, inThePast } from './create-bot.ts';
import { checkSettings, type RunnerSettings } from './runner-settings.ts';

export interface BotChanges {
  metadata?: Record<string, string> | undefined;
  bot_name?: string | undefined;
  meeting_url?: string | undefined;
  join_at?: Timestamp | undefined;
  /** Of the runner; those that are named here replace their former values. */
  settings?: RunnerSettings | undefined;
}

/**
 * Changes a bot; the runner of a bot that was handed off gets a correction.
 *
 * @returns null when there is no such bot @throws AppError 400
 */
export async function updateBot(
  deps: CreateBotDeps,
  projectId: string,
  id: string,
  changes: BotChanges,
): Promise<Bot | null> {
  return retryLostRace(async () => {
    const before = await findBot(deps.table, projectId, id);
    if (!before) return null;
    const after = change(before, changes, { now: timestampOf(deps.clock.now()), leadMs: deps.botLeadMs });
    const isMoved = after.join_at !== before.join_at || after.meeting_url !== before.meeting_url;
    const isRuled = isMoved && (await deps.hasBotRules(projectId));
    // Sent before the bot is stored, so that a crash in between loses no message, and again afterwards.
    if (isRuled) await deps.ruleQueue.send(messagesOf(before), ruleTimingMs.messageBeforeWrite / 1000);
    // Only a bot without an event can be given another time, so there is no calendar to name.
    const saved = await saveBot(
      deps,
      { before, after },
      { outbox: announceMove({ before, after }, null, deps.newId()) },
    );
    if (saved !== lostRace && saved && isFollowing(saved)) await callBots(deps, [saved]);
    if (isRuled && saved !== lostRace) {
      await deps.ruleQueue
        .send(messagesOf(before))
        .catch((error: Error) => deps.logger.error('rule message not sent', { bot_id: id, error }));
    }
    return saved;
  }, botAttempts);
}

/** A bot that is moved leaves its meetings, and may come to others. */
const messagesOf = ({ id, project_id, meeting_keys = [] }: Bot): RuleMessage[] => [
  { kind: 'bot', project_id, bot_id: id },
  ...(meeting_keys.length > 0 ? [{ kind: 'meeting' as const, project_id, meeting_keys }] : []),
];

function change(
  before: Bot,
  { metadata, settings = {}, ...changes }: BotChanges,
  time: { now: Timestamp; leadMs: number },
): Bot {
  const { now } = time;
  const isSetUp = Object.keys(settings).length > 0;
  const isMoved = changes.meeting_url !== undefined || changes.join_at !== undefined;
  if (isMoved && before.calendar_event_id !== null) throw refuse(readOnly);
  if ((isMoved || isSetUp || changes.bot_name !== undefined) && !isFollowing(before)) {
    throw refuse(`Bot is in state ${before.state} but can only be updated before it joins`);
  }
  if (changes.join_at !== undefined && changes.join_at < now) throw inThePast();
  // A value that the bot has already is no correction for its runner.
  const isNew = ([field, value]: [string, unknown]) => value !== undefined && value !== before[field as keyof Bot];
  const given = Object.fromEntries(Object.entries(changes).filter(isNew));
  const all = isSetUp ? { ...before.settings, ...settings } : before.settings;
  checkSettings(all);
  const isDescribed = metadata !== undefined && !isDeepStrictEqual(metadata, before.metadata);
  // A bot may be in its meeting when its metadata change: then its runner gets no correction.
  if (isDescribed && !isFollowing(before)) return { ...before, metadata };
  const hasNewSettings = !isDeepStrictEqual(all, before.settings);
  const to = { ...given, ...(hasNewSettings && { settings: all }), ...(isDescribed && { metadata }) };
  const isElsewhere = 'join_at' in to || 'meeting_url' in to;
  const left = isElsewhere ? { ...before, meeting_keys: undefined } : before;
  return Object.keys(to).length > 0 ? moveBot(left, to, time) : before;
}

const refuse = (reason: string): AppError => new AppError('refused', reason);
const readOnly =
  'meeting_url and join_at cannot be changed when calendar_event_id is specified. They are taken from the calendar event.';
