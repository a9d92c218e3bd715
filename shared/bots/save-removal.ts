import { lostRace } from '../platform/retry-lost-race.ts';
import type { Bot, RemovalReason } from './bot.ts';
import type { BotDeps } from './bot-deps.ts';
import { botRemoved, type NamedCalendar } from './bot-notifications.ts';
import { type OtherItems, saveBot } from './bot-store.ts';
import { removeBot } from './change-bot.ts';

export interface Removal {
  reason: RemovalReason;
  /** Keeps the bot so that a reconnect can restore it. */
  park?: boolean;
  /** Why rules removed the bot, for the notification. */
  decision?: string;
  /** Is the event kept, so that the bot must be taken from it? */
  isEventKept?: boolean;
  /** Items of other rows, with their own conditions. */
  also?: OtherItems;
  /** A bot that `also` inserts. */
  next?: Bot | undefined;
}

/**
 * Removes a bot before its meeting and announces it, in one transaction.
 *
 * @param calendar of the event the bot follows
 * @returns `lostRace` when the bot was written meanwhile, or another row refused
 */
export async function saveRemoval(
  deps: Pick<BotDeps, 'table' | 'clock' | 'newId' | 'botLeadMs'>,
  bot: Bot,
  calendar: NamedCalendar,
  { reason, park = false, decision, isEventKept = true, also = {}, next }: Removal,
): Promise<'removed' | typeof lostRace> {
  const at = deps.clock.stamp();
  const id = deps.newId();
  const after = removeBot(bot, reason, at, { park });
  const notification = botRemoved(bot, calendar, id, { reason, at, decision });
  const saved = await saveBot(deps, after ? { before: bot, after } : { before: bot, after: null }, {
    outbox: [{ id, notification }],
    ...(isEventKept && { link: 'remove' }),
    also,
    next,
  });
  return saved === lostRace ? lostRace : 'removed';
}
