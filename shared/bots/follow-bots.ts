import type { EventRow } from '../events/event-row.ts';
import type { OutboxEntry } from '../notifications/outbox-row.ts';
import type { VisibleWrite } from '../sync/plan-changes.ts';
import type { SyncDeps, SyncRun } from '../sync/sync-run.ts';
import { type Bot, isFollowing } from './bot.ts';
import { botRemoved } from './bot-notifications.ts';
import type { BotWrite } from './bot-row.ts';
import { rowsPerBot } from './bot-row.ts';
import { getBots } from './bot-store.ts';
import { botDueAt } from './bot-times.ts';
import { moveBot, removeBot } from './change-bot.ts';
import { type FollowedEvent, followEvent } from './follow-event.ts';

/** What an event's change means for its bots; it goes into the event's own transaction. */
export interface EventBots {
  /** Ids of its bots as they were read: should one have come or gone by the commit, all is decided anew. */
  seen: string[];
  /** Ids that are left. */
  left: string[];
  writes: BotWrite[];
  notifications: OutboxEntry[];
}

/** Rows of a transaction that an event and its bots take. */
export const rowsOf = (bots: EventBots | undefined): number =>
  1 + (bots ? bots.writes.length * rowsPerBot + bots.notifications.length : 0);

/**
 * Decides what becomes of the bots of changed events. One request for each hundred bots; none when there are none.
 *
 * @param before rows of the changed events @returns by event id, for each that was known
 */
export async function followBots(
  deps: SyncDeps,
  run: SyncRun,
  writes: VisibleWrite[],
  before: ReadonlyMap<string, EventRow>,
): Promise<Map<string, EventBots>> {
  const ids = [...before.values()].flatMap(({ bot_ids }) => bot_ids);
  const bots = new Map((await getBots(deps.table, ids)).map((bot) => [bot.id, bot]));
  const followed = new Map<string, EventBots>();
  for (const write of writes) {
    const row = before.get(write.id);
    if (!row) continue;
    const event = write.type === 'deleted' ? null : { ...write.content, is_deleted: false };
    const own = row.bot_ids.flatMap((id) => bots.get(id) ?? []);
    followed.set(write.id, follow(deps, run, { seen: row.bot_ids, own, event }));
  }
  return followed;
}

function follow(
  { clock, newId, botLeadMs }: SyncDeps,
  { calendar }: SyncRun,
  { seen, own, event }: { seen: string[]; own: Bot[]; event: FollowedEvent | null },
): EventBots {
  const now = clock.stamp();
  const outcome: EventBots = { seen, left: seen, writes: [], notifications: [] };
  for (const bot of own.filter(isFollowing)) {
    const decision = followEvent(bot, event, now);
    if (decision.kind === 'keep') continue;
    const { kind: _kind, ...to } = decision;
    const changed = 'reason' in to ? removeBot(bot, to.reason, now) : moveBot(bot, to);
    const after = changed && { ...changed, due_at: botDueAt(changed, now, botLeadMs) };
    outcome.writes.push(after ? { before: bot, after } : { before: bot, after: null });
    if (!('reason' in to)) continue;
    const id = newId();
    outcome.notifications.push({ id, notification: botRemoved(bot, calendar, id, { reason: to.reason, at: now }) });
    outcome.left = outcome.left.filter((left) => left !== bot.id);
  }
  return outcome;
}
