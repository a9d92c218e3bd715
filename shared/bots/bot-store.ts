import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Calendar } from '../calendars/calendar.ts';
import { calendarKey } from '../calendars/calendar-row.ts';
import { type ChangedBot, openBotsCommit } from '../events/change-feed/bots-change-store.ts';
import { eventKey } from '../events/event-row.ts';
import { type OutboxEntry, readOutbox, writeOutboxEntry } from '../notifications/outbox-row.ts';
import { botTimingMs } from '../platform/bot-timing.ts';
import { isId } from '../platform/ids.ts';
import { lostRace } from '../platform/retry-lost-race.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { getAllRows } from '../store/batch-get.ts';
import { absent, all, any, equals, exists, sizeBelow } from '../store/expression.ts';
import { type OrderedQuery, type OrderedRows, type RowPosition, readOrderedPage } from '../store/ordered-page.ts';
import { queryRows } from '../store/query-rows.ts';
import { readableRows } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';
import { lookupAttributes, lookupIndexes } from '../store/table-schema.ts';
import { type TransactionItem, transact } from '../store/transaction.ts';
import { deleteRow } from '../store/write-row.ts';
import type { Bot } from './bot.ts';
import type { BotDeps } from './bot-deps.ts';
import {
  type BotWrite,
  botItems,
  botKey,
  botLookups,
  botOutbox,
  botPartition,
  botShards,
  calendarBotKey,
  calendarBots,
  deduplicationKey,
  keyItemName,
  nextVersion,
  readBot,
} from './bot-row.ts';
import { withTimer } from './bot-times.ts';
import { isShownChange } from './shown-change.ts';

/** Bots an event can have, ended ones included: so many changes of bots fit into one transaction with the event. */
export const botsPerEvent = 20;

/** Items of other rows in a bot's transaction, by name. */
export type OtherItems = Record<string, TransactionItem>;

type WriteDeps = Pick<BotDeps, 'table' | 'clock' | 'newId' | 'botLeadMs'>;

/** A bot's row, removed or not, and its notifications that are not published yet, oldest first. One request. */
export async function loadBot(table: Table, id: string): Promise<{ bot: Bot | null; outbox: OutboxEntry[] }> {
  const rows = await queryRows(table, botPartition(id));
  const row = rows.find(({ SK }) => SK === 'BOT');
  const createdAt = ({ notification }: OutboxEntry): string => String(notification.payload.data.created_at);
  const outbox = readOutbox(table, rows).sort((a, b) => (createdAt(a) < createdAt(b) ? -1 : 1));
  return { bot: row ? readBot(row) : null, outbox };
}

/** One request. @returns null when it is absent, removed, or another project's */
export async function findBot(table: Table, projectId: string, id: string): Promise<Bot | null> {
  if (!isId('bot', id)) return null;
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: botKey(id), ConsistentRead: true }),
  );
  const bot = Item && readBot(Item);
  return bot && bot.project_id === projectId && !bot.removed ? bot : null;
}

/** @returns id of the bot that holds the key now, or null */
export async function findBotByKey(table: Table, projectId: string, key: string): Promise<string | null> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: deduplicationKey(projectId, key), ConsistentRead: true }),
  );
  return z.object({ bot_id: z.string() }).safeParse(Item).data?.bot_id ?? null;
}

/** Bots by id, a hundred a request, without those that are gone; removed ones only if asked for. */
export async function getBots(table: Table, ids: string[], { removed = false } = {}): Promise<Bot[]> {
  const bots: Bot[] = [];
  for (let from = 0; from < ids.length; from += 100) {
    const rows = await getAllRows(table, ids.slice(from, from + 100).map(botKey));
    bots.push(...readableRows(table, rows, readBot).filter((bot) => removed || !bot.removed));
  }
  return bots;
}

/** What a list of bots may be narrowed to, each null when it is not. */
export interface BotLookup {
  deduplicationKey: string | null;
  meetingUrl: string | null;
}

/**
 * A page of a project's bots by time of creation. One request when they are looked up, and then others with an equal part
 * of the hash may be among them; otherwise one or two per shard.
 */
export const listBotRows = (
  table: Table,
  projectId: string,
  lookup: BotLookup,
  page: { from: RowPosition | null; ascending: boolean; limit: number },
): Promise<OrderedRows> =>
  readOrderedPage(table, { ...partitionsOf(projectId, lookup), sortAttribute: 'by_created', ...page });

function partitionsOf(
  projectId: string,
  lookup: BotLookup,
): Pick<OrderedQuery, 'index' | 'partitionAttribute' | 'partitions'> {
  for (const name of ['deduplicationKey', 'meetingUrl'] as const) {
    const value = lookup[name];
    if (value === null) continue;
    const partitions = [botLookups[name](projectId, value)];
    return { index: lookupIndexes[name], partitionAttribute: lookupAttributes[name], partitions };
  }
  return { index: 'project-by-created', partitionAttribute: 'project_shard', partitions: botShards(projectId) };
}

/** Ids of a calendar's bots that are not over, parked ones included, in their order after `after`. One request. */
export async function listCalendarBots(
  table: Table,
  calendarId: string,
  { after, limit }: { after: string; limit: number },
): Promise<string[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'PK = :pk AND SK > :after',
      ExpressionAttributeValues: { ':pk': calendarBots(calendarId), ':after': after || ' ' },
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  return z
    .array(z.object({ SK: z.string() }))
    .parse(Items)
    .map(({ SK }) => SK);
}

/** Deletes the entry of a bot among its calendar's bots, when the bot's own row has expired. */
export async function deleteCalendarBot(table: Table, calendarId: string, botId: string): Promise<void> {
  await deleteRow(table, calendarBotKey(calendarId, botId));
}

/** The event that a bot is created for, as it was read: the bot is only stored while the event is unchanged. */
export interface BotEventGuard {
  project_id: string;
  calendar_id: string;
  id: string;
  content_hash: string;
}

export type InsertOutcome = { kind: 'inserted'; bot: Bot } | { kind: 'key_taken' } | { kind: 'changed' };

/**
 * Stores a new bot and adds it to its event in one transaction: a sync that changes the event afterwards moves the bot,
 * and a commit that is being prepared is refused and prepared again.
 *
 * @param also items of other rows, with their own conditions
 * @returns `changed`: event, calendar or claim have changed since they were read, or the event has no room for a bot
 */
export async function insertBot(
  deps: WriteDeps,
  bot: Bot,
  { event, also = {} }: { event?: BotEventGuard | undefined; also?: OtherItems } = {},
): Promise<InsertOutcome> {
  const after = withTimer(bot, timestampOf(deps.clock.now()), deps.botLeadMs);
  const refused = await write(deps, [{ before: null, after }], { ...insertionItems(after, event), ...also });
  if (refused.length === 0) return { kind: 'inserted', bot: { ...after, version: nextVersion(null) } };
  const isOnlyTheKey = refused.every((name) => name === keyItemName(bot.id));
  return { kind: isOnlyTheKey ? 'key_taken' : 'changed' };
}

/** The items of a new bot: it is only stored while its event is as it was read, and its calendar is connected. */
export const insertionItems = (bot: Bot, event: BotEventGuard | undefined): OtherItems => ({
  ...botItems({ before: null, after: bot }),
  ...(event && {
    [`event of ${bot.id}`]: addToEvent(event, bot.id),
    [`calendar of ${bot.id}`]: connectionGuard(event.calendar_id, 'connected'),
  }),
});

const hasRoom = any(absent('bot_ids'), sizeBelow('bot_ids', botsPerEvent));

const addToEvent = ({ project_id, calendar_id, id, content_hash }: BotEventGuard, botId: string): TransactionItem => ({
  update: eventKey(project_id, calendar_id, id),
  change: {
    add: { bot_ids: new Set([botId]) },
    when: all(equals('content_hash', content_hash), equals('is_deleted', false), hasRoom),
  },
});

/** Refuses the write when the calendar is not in this state, or deleted. */
export const connectionGuard = (calendarId: string, state: Calendar['state']): TransactionItem => ({
  check: calendarKey(calendarId),
  when: all(equals('state', state), absent('deleted_at')),
});

/**
 * Stores a change of a bot, with its timer and the notifications that announce the change.
 *
 * @param link adds the bot to its event, which must have room, or removes it; removing it from an event that is gone is
 *   no failure
 * @param also items of other rows, with their own conditions
 * @param next a bot that `also` inserts
 * @returns the bot as stored, null when it was deleted; `lostRace` when the bot was written meanwhile, another bot holds
 *   its key, the event has no room, or another row refused
 */
export async function saveBot(
  deps: WriteDeps,
  { before, after }: BotWrite & { before: Bot },
  {
    outbox = [],
    link,
    also = {},
    next,
  }: { outbox?: OutboxEntry[]; link?: 'add' | 'remove'; also?: OtherItems; next?: Bot | undefined } = {},
): Promise<Bot | null | typeof lostRace> {
  const now = deps.clock.now();
  const timed = after && withTimer(after, timestampOf(now), deps.botLeadMs);
  const items: OtherItems = { ...botItems(timed ? { before, after: timed } : { before, after: null }), ...also };
  const publishedBy = timestampOf(now + botTimingMs.outboxPatience);
  for (const entry of outbox) {
    items[`notification ${entry.id}`] = { put: writeOutboxEntry(botOutbox(before.id), entry, publishedBy) };
  }
  const eventItem = link && linkToEvent(after ?? before, link);
  const change = after === null ? { before, after } : { before, after };
  const writes: BotWrite[] = [change, ...(next ? [{ before: null, after: next }] : [])];
  const refused = await write(deps, writes, { ...items, ...(eventItem && { event: eventItem }) });
  const isEventGone = link === 'remove' && refused.length > 0 && refused.every((name) => name === 'event');
  const stillRefused = isEventGone ? await write(deps, writes, items) : refused;
  if (stillRefused.length > 0) return lostRace;
  return timed && { ...timed, version: nextVersion(before) };
}

/**
 * Writes changes of bots, and what the change feed says of those that users see.
 *
 * @returns names of the items that were refused
 */
async function write(deps: WriteDeps, writes: readonly BotWrite[], items: OtherItems): Promise<string[]> {
  const changed = writes.filter(isShownChange).flatMap(({ before, after }) => changedBot(after ?? before) ?? []);
  const feed = await openBotsCommit(deps, changed);
  const refused = await transact<string>(deps.table, { ...items, ...feed.items });
  await feed.close(refused.length > 0 ? 'refused' : 'done');
  return refused;
}

const changedBot = (bot: Bot | null): ChangedBot | null =>
  bot !== null && bot.calendar_id !== null && bot.calendar_event_id !== null
    ? { ...bot, calendar_id: bot.calendar_id, calendar_event_id: bot.calendar_event_id }
    : null;

function linkToEvent(bot: Bot, link: 'add' | 'remove'): TransactionItem | undefined {
  if (bot.calendar_id === null || bot.calendar_event_id === null) return undefined;
  const ids = { bot_ids: new Set([bot.id]) };
  return {
    update: eventKey(bot.project_id, bot.calendar_id, bot.calendar_event_id),
    change: link === 'add' ? { add: ids, when: all(exists(), hasRoom) } : { take: ids, when: exists() },
  };
}
