import { AppError } from '../platform/app-error.ts';
import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { type Bot, isFollowing } from './bot.ts';
import { type BotDeps, callBots, notificationsDueAt } from './bot-deps.ts';
import { findBot, saveBot } from './bot-store.ts';
import { botDueAt } from './bot-times.ts';
import { moveBot } from './change-bot.ts';
import { inThePast } from './create-bot.ts';

export interface BotChanges {
  metadata?: Record<string, string> | undefined;
  bot_name?: string | undefined;
  meeting_url?: string | undefined;
  join_at?: Timestamp | undefined;
}

const attempts = 8;

/**
 * Changes a bot; of one that was handed off already its runner hears.
 *
 * @returns null when there is none @throws AppError 400
 */
export async function updateBot(
  deps: BotDeps,
  projectId: string,
  id: string,
  changes: BotChanges,
): Promise<Bot | null> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const before = await findBot(deps.table, projectId, id);
    if (!before) return null;
    const after = change(deps, before, changes);
    if (
      !(await saveBot(
        deps.table,
        { before, after },
        { notifications: [], notificationsDueAt: notificationsDueAt(deps) },
      ))
    )
      continue;
    if (isFollowing(after)) await callBots(deps, [after]);
    return after;
  }
  throw new Error('the bot changes faster than it can be written');
}

function change({ clock, botLeadMs }: BotDeps, before: Bot, { metadata, ...changes }: BotChanges): Bot {
  const now = timestampOf(clock.now());
  const isMoved = changes.meeting_url !== undefined || changes.join_at !== undefined;
  if (isMoved && before.calendar_event_id !== null) throw refuse(readOnly);
  if ((isMoved || changes.bot_name !== undefined) && !isFollowing(before)) {
    throw refuse(`Bot is in state ${before.state} but can only be updated before it joins`);
  }
  if (changes.join_at !== undefined && changes.join_at < now) throw inThePast();
  // What is the same already is nothing to correct at a runner.
  const isNews = ([field, value]: [string, unknown]) => value !== undefined && value !== before[field as keyof Bot];
  const given = Object.fromEntries(Object.entries(changes).filter(isNews));
  const moved = Object.keys(given).length > 0 ? moveBot(before, given) : before;
  const after = { ...moved, metadata: metadata ?? before.metadata };
  return { ...after, due_at: botDueAt(after, now, botLeadMs) };
}

const refuse = (reason: string): AppError => new AppError('refused', reason);
const readOnly =
  'meeting_url and join_at cannot be changed when calendar_event_id is specified. They are taken from the calendar event.';
