import { AppError } from '../platform/app-error.ts';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import { isBeforeMeeting } from './bot.ts';
import { type BotDeps, botAttempts, callBots } from './bot-deps.ts';
import { findBot } from './bot-store.ts';
import { readFollowed } from './followed-event-store.ts';
import { suppressClaimItem } from './meeting-claim-store.ts';
import { saveRemoval } from './save-removal.ts';

/**
 * Removes a bot for good that has not joined yet, and announces it. Its hand-off is withdrawn. Its meeting claims are suppressed, or else rules would give the
 * meeting another bot.
 *
 * @returns false when there is no such bot @throws AppError 400 when it has joined
 */
export async function deleteBot(deps: BotDeps, projectId: string, id: string): Promise<boolean> {
  return retryLostRace(async () => {
    const bot = await findBot(deps.table, projectId, id);
    if (!bot) return false;
    if (!isBeforeMeeting(bot)) {
      throw new AppError('refused', `Bot is in state ${bot.state} but can only be deleted when in scheduled state`);
    }
    const { calendar } = await readFollowed(deps.table, bot);
    const also = Object.fromEntries(
      (bot.meeting_keys ?? []).map((meetingKey) => [
        `claim ${meetingKey}`,
        suppressClaimItem({ projectId, meetingKey }),
      ]),
    );
    if ((await saveRemoval(deps, bot, calendar, { reason: 'deleted_by_user', also })) === lostRace) return lostRace;
    await callBots(deps, [{ id: bot.id, project_id: bot.project_id }]);
    return true;
  }, botAttempts);
}
