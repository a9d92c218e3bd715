import type { Calendar } from '../calendars/calendar.ts';
import type { EventRow } from '../events/event-row.ts';
import type { OutboxEntry } from '../notifications/outbox-row.ts';
import { type Bot, isFollowing } from './bot.ts';
import type { BotDeps } from './bot-deps.ts';
import { announceMove, botRemoved } from './bot-notifications.ts';
import { type BotWrite, rowsPerBot } from './bot-row.ts';
import { getBots } from './bot-store.ts';
import { withTimer } from './bot-times.ts';
import { moveBot, removeBot } from './change-bot.ts';
import { type FollowedEvent, followEvent } from './follow-event.ts';

type FollowDeps = Pick<BotDeps, 'table' | 'clock' | 'newId' | 'botLeadMs'>;

/** An event that a sync changes, as it will be; null: it is deleted. */
export interface ChangedEvent {
  id: string;
  event: FollowedEvent | null;
}

/** What an event's change means for its bots. It is committed in the event's own transaction. */
export interface EventBots {
  /** Ids of its bots as they were read. If they differ at the commit, the commit is refused and prepared again. */
  seen: string[];
  /** Ids of the bots that stay. */
  left: string[];
  writes: BotWrite[];
  notifications: OutboxEntry[];
}

/** How many rows of a transaction an event and its bots take. */
export const rowsOf = (bots: EventBots | undefined): number =>
  1 + (bots ? bots.writes.length * rowsPerBot + bots.notifications.length : 0);

/**
 * Decides what the changes of events mean for their bots. One request for each hundred bots; none when there are none.
 *
 * @param before rows of the changed events @returns by event id, for each event that has a row
 */
export async function followBots(
  deps: FollowDeps,
  calendar: Calendar,
  changes: ChangedEvent[],
  before: ReadonlyMap<string, EventRow>,
): Promise<Map<string, EventBots>> {
  const ids = [...before.values()].flatMap(({ bot_ids }) => bot_ids);
  const bots = new Map<string, Bot>((await getBots(deps.table, ids)).map((bot) => [bot.id, bot]));
  const followed = new Map<string, EventBots>();
  for (const { id, event } of changes) {
    const row = before.get(id);
    if (!row) continue;
    const own = row.bot_ids.flatMap((botId) => bots.get(botId) ?? []);
    followed.set(id, follow(deps, calendar, { seen: row.bot_ids, own, event }));
  }
  return followed;
}

function follow(
  { clock, newId, botLeadMs }: FollowDeps,
  calendar: Calendar,
  { seen, own, event }: { seen: string[]; own: Bot[]; event: FollowedEvent | null },
): EventBots {
  const now = clock.stamp();
  const outcome: EventBots = { seen, left: seen, writes: [], notifications: [] };
  for (const bot of own.filter(isFollowing)) {
    const decision = followEvent(bot, event, now);
    if (decision.kind === 'keep') continue;
    if (decision.kind === 'move') {
      const { join_at, meeting_url } = decision;
      const moved = moveBot(bot, { join_at, meeting_url }, { now, leadMs: botLeadMs });
      outcome.writes.push({ before: bot, after: withTimer(moved, now, botLeadMs) });
      outcome.notifications.push(...announceMove({ before: bot, after: moved }, calendar, newId()));
      continue;
    }
    const { reason } = decision;
    const after = removeBot(bot, reason, now);
    outcome.writes.push(
      after ? { before: bot, after: withTimer(after, now, botLeadMs) } : { before: bot, after: null },
    );
    const id = newId();
    outcome.notifications.push({ id, notification: botRemoved(bot, calendar, id, { reason, at: now }) });
    outcome.left = outcome.left.filter((left) => left !== bot.id);
  }
  return outcome;
}
