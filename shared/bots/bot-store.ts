import {
  DeleteCommand,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { calendarKey } from '../calendars/calendar-row.ts';
import { eventKey } from '../events/event-row.ts';
import type { Notification } from '../notifications/notification.ts';
import { isId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { getAllRows } from '../store/batch-get.ts';
import { failedConditions, isConditionFailure } from '../store/condition-failure.ts';
import { type OrderedRows, type RowPosition, readOrderedPage } from '../store/ordered-page.ts';
import { retryConflict } from '../store/retry-conflict.ts';
import type { Table } from '../store/table.ts';
import type { Bot } from './bot.ts';
import {
  type BotWrite,
  botKey,
  botOutboxKey,
  botPartition,
  botShards,
  calendarBotKey,
  calendarBots,
  rawBotItems,
  readBot,
  readBotNotification,
  writeBotNotification,
} from './bot-row.ts';

/** Bots an event may have, ended ones included: what follows from a change of it fits into one transaction. */
export const botsPerEvent = 20;

export type TransactItems = NonNullable<TransactWriteCommandInput['TransactItems']>;
/** Something that was committed about a bot and is to be published. */
export interface BotNotification {
  id: string;
  notification: Notification;
}

/** A bot's row, whatever became of it, and its notifications that wait to be published, oldest first. One request. */
export async function loadBot(
  table: Table,
  id: string,
): Promise<{ bot: Bot | null; notifications: BotNotification[] }> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': botPartition(id) },
      ConsistentRead: true,
    }),
  );
  const row = Items.find(({ SK }) => SK === 'BOT');
  const saidAt = ({ notification }: BotNotification): string => String(notification.payload.data.created_at);
  const notifications = Items.flatMap((item) => readBotNotification(item) ?? []).sort((a, b) =>
    saidAt(a) < saidAt(b) ? -1 : 1,
  );
  return { bot: row ? readBot(row) : null, notifications };
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

/** Bots by id, a hundred a request, those that are gone left out; removed ones, too, unless asked for. */
export async function getBots(table: Table, ids: string[], { removed = false } = {}): Promise<Bot[]> {
  const bots: Bot[] = [];
  for (let from = 0; from < ids.length; from += 100) {
    const rows = await getAllRows(table, ids.slice(from, from + 100).map(botKey));
    bots.push(...rows.map(readBot).filter((bot) => removed || !bot.removed));
  }
  return bots;
}

/** A page of a project's bots by time of creation: one request per shard. */
export const listBotRows = (
  table: Table,
  projectId: string,
  { from, ascending, limit }: { from: RowPosition | null; ascending: boolean; limit: number },
): Promise<OrderedRows> =>
  readOrderedPage(table, {
    index: 'project-by-created',
    partitionAttribute: 'project_shard',
    partitions: botShards(projectId),
    sortAttribute: 'by_created',
    ascending,
    from,
    limit,
  });

/** Ids of a calendar's bots that are not over, parked ones included, in their order after one. One request. */
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

/** Takes a bot that is no more from its calendar's. */
export async function deletePlace(table: Table, calendarId: string, botId: string): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: calendarBotKey(calendarId, botId) }));
}

/** The event a bot is made for, as it was read: it must still be so. */
export interface BotEventGuard {
  project_id: string;
  calendar_id: string;
  id: string;
  content_hash: string;
}

/**
 * Stores a new bot, and its id with its event: a sync that changes the event afterwards moves the bot, and one that was
 * about to commit is made again.
 *
 * @param claim by which it becomes its meeting's bot (`claimItem`)
 * @returns `changed`: event, calendar or claim are not as they were read any more, or the event has as many bots as it may
 */
export async function insertBot(
  table: Table,
  bot: Bot,
  event: BotEventGuard | null,
  claim: TransactItems = [],
): Promise<'inserted' | 'key_taken' | 'changed'> {
  const guards: TransactItems = event
    ? [addToEvent(table, event, bot.id), calendarIsConnected(table, event), ...claim]
    : claim;
  try {
    await send(table, [...guards, ...rawBotItems(table, { before: null, after: bot })]);
    return 'inserted';
  } catch (error) {
    const failed = failedConditions(error);
    if (failed.length === 0) throw error;
    return failed.some((index) => index < guards.length) ? 'changed' : 'key_taken';
  }
}

const hasRoom = '(attribute_not_exists(bot_ids) OR size(bot_ids) < :most)';

const addToEvent = (table: Table, { project_id, calendar_id, id, content_hash }: BotEventGuard, botId: string) => ({
  Update: {
    TableName: table.name,
    Key: eventKey(project_id, calendar_id, id),
    UpdateExpression: 'ADD bot_ids :bots',
    ConditionExpression: `content_hash = :hash AND is_deleted = :false AND ${hasRoom}`,
    ExpressionAttributeValues: {
      ':bots': new Set([botId]),
      ':hash': content_hash,
      ':false': false,
      ':most': botsPerEvent,
    },
  },
});

const calendarIsConnected = (table: Table, { calendar_id }: BotEventGuard) => ({
  ConditionCheck: {
    TableName: table.name,
    Key: calendarKey(calendar_id),
    ConditionExpression: '#state = :connected AND attribute_not_exists(deleted_at)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':connected': 'connected' },
  },
});

/**
 * Stores a change of a bot with the notifications that tell of it.
 *
 * @param link adds the bot to its event's, which must have room for it, or takes it off; an event that is gone by then is
 *   left alone
 * @param also other rows of the same transaction, with conditions of their own
 * @param notificationsDueAt when a notification that was not published after all is looked for
 * @returns false when the bot was written meanwhile, what it would take again (its key, its place) is taken, or another
 *   row refused
 */
export async function saveBot(
  table: Table,
  write: BotWrite,
  {
    notifications,
    notificationsDueAt,
    link,
    also = [],
  }: { notifications: BotNotification[]; notificationsDueAt: Timestamp; link?: 'add' | 'remove'; also?: TransactItems },
): Promise<boolean> {
  const bot = write.after ?? write.before;
  if (!bot) return true;
  const items = [
    ...rawBotItems(table, write),
    ...notifications.map((notification) => ({
      Put: { TableName: table.name, Item: writeBotNotification(bot.id, notification, notificationsDueAt) },
    })),
    ...also,
  ];
  const linked = link ? linkItems(table, bot, link) : [];
  try {
    await send(table, [...items, ...linked]);
    return true;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    const isOnlyTheEvent = failedConditions(error).every((index) => index >= items.length);
    return isOnlyTheEvent && link === 'remove'
      ? saveBot(table, write, { notifications, notificationsDueAt, also })
      : false;
  }
}

const linkItems = (table: Table, bot: Bot, link: 'add' | 'remove'): TransactItems =>
  bot.calendar_id === null || bot.calendar_event_id === null
    ? []
    : [
        {
          Update: {
            TableName: table.name,
            Key: eventKey(bot.project_id, bot.calendar_id, bot.calendar_event_id),
            UpdateExpression: `${link === 'add' ? 'ADD' : 'DELETE'} bot_ids :bots`,
            ...(link === 'add'
              ? { ConditionExpression: `attribute_exists(PK) AND ${hasRoom}` }
              : { ConditionExpression: 'attribute_exists(PK)' }),
            ExpressionAttributeValues: { ':bots': new Set([bot.id]), ...(link === 'add' && { ':most': botsPerEvent }) },
          },
        },
      ];

const send = (table: Table, TransactItems: TransactItems): Promise<unknown> =>
  retryConflict(() => table.client.send(new TransactWriteCommand({ TransactItems })));

/** After publishing. */
export async function deleteBotNotification(table: Table, botId: string, notificationId: string): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: botOutboxKey(botId, notificationId) }));
}

/** Deletes the row of a bot that is not needed any more. @returns false when it was written meanwhile */
export const forgetBot = (table: Table, bot: Bot): Promise<boolean> =>
  saveBot(table, { before: bot, after: null }, { notifications: [], notificationsDueAt: bot.created_at });
