import type { Calendar } from '../calendars/calendar.ts';
import { lostRace } from '../platform/retry-lost-race.ts';
import { type Bot, isFollowing, type RemovalReason } from './bot.ts';
import { type BotDeps, callBots } from './bot-deps.ts';
import { botStateChange } from './bot-notifications.ts';
import {
  connectionGuard,
  deleteCalendarBot,
  getBots,
  listCalendarBots,
  type OtherItems,
  saveBot,
} from './bot-store.ts';
import { restoreBot } from './change-bot.ts';
import { readCalendarOfBots, readFollowed } from './followed-event-store.ts';
import { saveRemoval } from './save-removal.ts';

const idsPerRead = 50;
const botsAtOnce = 10;

/**
 * Visits all of a calendar's bots that are not over, in batches. It can be repeated.
 *
 * @param mayGoOn asked before each batch @returns true when all were visited
 */
async function eachBot(
  { table }: Pick<BotDeps, 'table'>,
  calendarId: string,
  mayGoOn: () => boolean,
  visit: (id: string, bot: Bot | undefined) => Promise<void>,
): Promise<boolean> {
  for (let after = ''; ; ) {
    if (!mayGoOn()) return false;
    const ids = await listCalendarBots(table, calendarId, { after, limit: idsPerRead });
    const bots = new Map<string, Bot>((await getBots(table, ids, { removed: true })).map((bot) => [bot.id, bot]));
    for (let from = 0; from < ids.length; from += botsAtOnce) {
      await Promise.all(ids.slice(from, from + botsAtOnce).map((id) => visit(id, bots.get(id))));
    }
    const last = ids.at(-1);
    if (last === undefined || ids.length < idsPerRead) return true;
    after = last;
  }
}

/**
 * Removes the bots of a calendar whose events are not followed any more. A disconnect removes scheduled bots only: those
 * that were handed off join with the link they have. A deletion removes all that have not joined yet.
 *
 * @param park keeps the bots that users created for a reconnect @returns whether all are removed
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
  const isReasonValid = async (): Promise<boolean> => {
    if (reason === 'calendar_deleted') return true;
    const stored = await readCalendarOfBots(deps.table, calendar.id);
    return stored?.state === 'disconnected' && !stored.deleted_at;
  };
  return eachBot(deps, calendar.id, mayGoOn, async (id, given) => {
    let bot = given;
    // A bot that is changed meanwhile is read again until it needs no removal.
    while (bot && isConcerned(bot)) {
      if (await remove(deps, calendar, bot, { reason, park })) return;
      if (!(await isReasonValid())) return;
      [bot] = await getBots(deps.table, [id], { removed: true });
    }
    // Its row has expired.
    if (!bot) await deleteCalendarBot(deps.table, calendar.id, id);
  });
}

/** @returns false when the bot was changed meanwhile */
async function remove(
  deps: BotDeps,
  calendar: Calendar,
  bot: Bot,
  { reason, park }: { reason: RemovalReason; park: boolean },
): Promise<boolean> {
  if (bot.removed) return bot.removed.parked ? forget(deps, bot) : true;
  const removed = await saveRemoval(deps, bot, calendar, {
    reason,
    // Rules create their bots again after a reconnect.
    park: park && !bot.automatic,
    // The events of a deleted calendar are being deleted, too.
    isEventKept: reason === 'calendar_disconnected',
    // A calendar that is connected again keeps its bots, even if the message of its disconnect comes later.
    also: reason === 'calendar_disconnected' ? { calendar: connectionGuard(calendar.id, 'disconnected') } : {},
  });
  if (removed === lostRace) return false;
  await callBots(deps, [{ id: bot.id, project_id: bot.project_id }]);
  return true;
}

/** Deletes the row of a bot that nothing needs any more. @returns false when the bot was changed meanwhile */
const forget = async (deps: BotDeps, bot: Bot, also: OtherItems = {}): Promise<boolean> =>
  (await saveBot(deps, { before: bot, after: null }, { also })) !== lostRace;

/**
 * Restores the bots that a disconnect has parked, if their events are in the future and have a link. The others are
 * deleted, and so are those whose deduplication key another bot holds by now.
 *
 * @param wanted does the project (still) want it? @returns true when all were visited
 */
export const restoreCalendarBots = (
  deps: BotDeps,
  calendar: Calendar,
  { wanted, mayGoOn }: { wanted: boolean; mayGoOn: () => boolean },
): Promise<boolean> =>
  eachBot(deps, calendar.id, mayGoOn, async (id, bot) => {
    if (!bot) return deleteCalendarBot(deps.table, calendar.id, id);
    if (!bot.removed?.parked) return;
    // A calendar that is disconnected again keeps its parked bots.
    const also = { calendar: connectionGuard(calendar.id, 'connected') };
    if (!wanted || !(await restore(deps, calendar, bot, also))) await forget(deps, bot, also);
  });

async function restore(deps: BotDeps, calendar: Calendar, bot: Bot, also: OtherItems): Promise<boolean> {
  const { event } = (await readFollowed(deps.table, bot)).event ?? {};
  const at = deps.clock.stamp();
  if (!event || event.is_deleted || event.meeting_url === null || event.start_time < at) return false;
  const after = restoreBot(bot, { start_time: event.start_time, meeting_url: event.meeting_url });
  const id = deps.newId();
  const notification = botStateChange(after, calendar, id, {
    from: bot.state,
    to: after.state,
    event: { type: 'restored', created_at: at },
  });
  const saved = await saveBot(deps, { before: bot, after }, { outbox: [{ id, notification }], link: 'add', also });
  if (saved === lostRace) return false;
  await callBots(deps, [{ id: bot.id, project_id: bot.project_id }]);
  return true;
}
