import type { Calendar } from '../calendars/calendar.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { type Bot, isFollowing, type RemovalReason } from './bot.ts';
import { type BotDeps, callBots, notificationsDueAt } from './bot-deps.ts';
import { botRemoved, botStateChange } from './bot-notifications.ts';
import { deletePlace, forgetBot, getBots, listCalendarBots, saveBot } from './bot-store.ts';
import { botDueAt } from './bot-times.ts';
import { removeBot } from './change-bot.ts';
import { readFollowed } from './followed-event-store.ts';

const idsPerRead = 50;
/** Changed at once. */
const sideBySide = 10;

/**
 * Walks over all of a calendar's bots that are not over, in batches, and can be repeated.
 *
 * @param mayGoOn asked before each batch @returns true when all were seen
 */
async function eachBot(
  { table }: Pick<BotDeps, 'table'>,
  calendarId: string,
  mayGoOn: () => boolean,
  work: (id: string, bot: Bot | undefined) => Promise<void>,
): Promise<boolean> {
  for (let after = ''; ; ) {
    if (!mayGoOn()) return false;
    const ids = await listCalendarBots(table, calendarId, { after, limit: idsPerRead });
    const bots = new Map((await getBots(table, ids, { removed: true })).map((bot) => [bot.id, bot]));
    for (let from = 0; from < ids.length; from += sideBySide) {
      await Promise.all(ids.slice(from, from + sideBySide).map((id) => work(id, bots.get(id))));
    }
    const last = ids.at(-1);
    if (last === undefined || ids.length < idsPerRead) return true;
    after = last;
  }
}

/**
 * Removes the bots of a calendar whose events nobody can follow any more. Those in a meeting, or about to join with the
 * link they were handed off with, are left alone; of a deleted calendar only those in a meeting are.
 *
 * @param park keeps them for a reconnect @returns whether all are gone, and whether any is kept
 */
export async function removeCalendarBots(
  deps: BotDeps,
  calendar: Calendar,
  {
    reason,
    park,
    mayGoOn,
  }: {
    reason: Extract<RemovalReason, 'calendar_disconnected' | 'calendar_deleted'>;
    park: boolean;
    mayGoOn: () => boolean;
  },
): Promise<boolean> {
  const isConcerned = (bot: Bot): boolean =>
    reason === 'calendar_deleted'
      ? isFollowing(bot) || bot.removed !== undefined
      : isFollowing(bot) && bot.state === 'scheduled';
  return eachBot(deps, calendar.id, mayGoOn, async (id, given) => {
    let bot = given;
    // Whatever changes it meanwhile, it is looked at again until it is of no concern here.
    while (bot && isConcerned(bot)) {
      if (await remove(deps, calendar, bot, { reason, park })) return;
      [bot] = await getBots(deps.table, [id], { removed: true });
    }
    // Its row has expired.
    if (!bot) await deletePlace(deps.table, calendar.id, id);
  });
}

async function remove(
  deps: BotDeps,
  calendar: Calendar,
  bot: Bot,
  { reason, park: mayPark }: { reason: RemovalReason; park: boolean },
): Promise<boolean> {
  // What rules have made they make again.
  const park = mayPark && !bot.automatic;
  if (bot.removed) return bot.removed.parked ? forgetBot(deps.table, bot) : true;
  const at = deps.clock.stamp();
  const key = deps.newId();
  const changed = removeBot(bot, reason, at, { park });
  const after = changed && { ...changed, due_at: botDueAt(changed, at, deps.botLeadMs) };
  const notifications = [{ id: key, notification: botRemoved(bot, calendar, key, { reason, at }) }];
  const isSaved = await saveBot(deps.table, after ? { before: bot, after } : { before: bot, after: null }, {
    notifications,
    notificationsDueAt: notificationsDueAt(deps),
    // The events of a deleted calendar are being deleted.
    ...(reason === 'calendar_disconnected' && { link: 'remove' as const }),
  });
  if (isSaved) await callBots(deps, [{ id: bot.id }]);
  return isSaved;
}

/**
 * Brings back the bots that a disconnect has removed, where their events stand in the future, with a link; the others
 * are forgotten, as are those whose deduplication key is taken by now.
 *
 * @param wanted whether the project (still) wants it @returns true when all were seen
 */
export const restoreCalendarBots = (
  deps: BotDeps,
  calendar: Calendar,
  { wanted, mayGoOn }: { wanted: boolean; mayGoOn: () => boolean },
): Promise<boolean> =>
  eachBot(deps, calendar.id, mayGoOn, async (id, bot) => {
    if (!bot) return deletePlace(deps.table, calendar.id, id);
    if (!bot.removed?.parked) return;
    if (!wanted || !(await restore(deps, calendar, bot))) await forgetBot(deps.table, bot);
  });

async function restore(deps: BotDeps, calendar: Calendar, bot: Bot): Promise<boolean> {
  const { event } = (await readFollowed(deps.table, bot)).event ?? {};
  const at = deps.clock.stamp();
  if (!event || event.is_deleted || event.meeting_url === null || event.start_time < at) return false;
  const { removed: _removed, expires_at: _expiresAt, ...rest } = bot;
  const back: Bot = { ...rest, join_at: event.start_time, meeting_url: event.meeting_url };
  const after = { ...back, due_at: botDueAt(back, timestampOf(deps.clock.now()), deps.botLeadMs) };
  const key = deps.newId();
  const notification = botStateChange(after, calendar, key, {
    from: bot.state,
    to: after.state,
    event: { type: 'restored', created_at: at },
  });
  const isSaved = await saveBot(
    deps.table,
    { before: bot, after },
    { notifications: [{ id: key, notification }], notificationsDueAt: notificationsDueAt(deps), link: 'add' },
  );
  if (isSaved) await callBots(deps, [{ id: bot.id }]);
  return isSaved;
}
