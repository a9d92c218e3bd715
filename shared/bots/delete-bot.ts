import { withholdItem } from '../bot-rules/meeting-claim-store.ts';
import { AppError } from '../platform/app-error.ts';
import type { Bot } from './bot.ts';
import { type BotDeps, callBots, notificationsDueAt } from './bot-deps.ts';
import { botRemoved } from './bot-notifications.ts';
import { findBot, saveBot } from './bot-store.ts';
import { readFollowed } from './followed-event-store.ts';

const attempts = 8;

/**
 * Removes a scheduled bot, for good, and tells of it.
 *
 * @returns false when there is none @throws AppError 400 when it is not scheduled any more
 */
export async function deleteBot(deps: BotDeps, projectId: string, id: string): Promise<boolean> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const bot = await findBot(deps.table, projectId, id);
    if (!bot) return false;
    if (bot.state !== 'scheduled') {
      throw new AppError('refused', `Bot is in state ${bot.state} but can only be deleted when in scheduled state`);
    }
    if (await remove(deps, bot)) return true;
  }
  throw new Error('the bot changes faster than it can be removed');
}

async function remove(deps: BotDeps, bot: Bot): Promise<boolean> {
  const { calendar } = await readFollowed(deps.table, bot);
  const key = deps.newId();
  const notification = botRemoved(bot, calendar, key, { reason: 'deleted_by_user', at: deps.clock.stamp() });
  // Or else rules would give the meeting another one.
  const { meeting_key: meetingKey, project_id: projectId } = bot;
  const also = meetingKey === undefined ? [] : [withholdItem(deps.table, { projectId, meetingKey })];
  const isSaved = await saveBot(
    deps.table,
    { before: bot, after: null },
    { notifications: [{ id: key, notification }], notificationsDueAt: notificationsDueAt(deps), link: 'remove', also },
  );
  if (isSaved) await callBots(deps, [{ id: bot.id }]);
  return isSaved;
}
