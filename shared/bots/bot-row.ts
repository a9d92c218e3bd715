import { createHash } from 'node:crypto';
import * as z from 'zod';
import { jsonAttribute } from '../calendars/calendar-row.ts';
import type { Notification } from '../notifications/notification.ts';
import { shardOf } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { absent, equals } from '../store/expression.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { projectShards } from '../store/table-schema.ts';
import type { TransactionItem } from '../store/transaction.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import { type Bot, type BotEvent, botStates, type HandOff, holdsKey, isTerminal } from './bot.ts';

export const botPartition = (botId: string): string => `BOT#${botId}`;
export const botKey = (botId: string) => ({ PK: botPartition(botId), SK: 'BOT' });

/** Rows of bots that wait for a meeting of a calendar: by them all of a calendar's bots are found, strongly consistent. */
export const calendarBots = (calendarId: string): string => `BOTS#${calendarId}`;
export const calendarBotKey = (calendarId: string, botId: string) => ({ PK: calendarBots(calendarId), SK: botId });

/** A row that exists while a bot holds the key: it makes the key unique among bots that are not over. */
function botDeduplicationKey(projectId: string, key: string) {
  const PK = `DEDUPLICATION#${projectId}#BOT#${createHash('sha256').update(key).digest('hex')}`;
  return { PK, SK: 'DEDUPLICATION' };
}

/** Partitions of the project index that list a project's bots. */
export const botShards = (projectId: string): string[] =>
  Array.from({ length: projectShards }, (_, shard) => `${projectId}#BOT#${shard}`);

const jsonText = <Value>() => z.string().transform((text) => JSON.parse(text) as Value);

const botSchema = z.object({
  id: z.string(),
  project_id: z.string(),
  calendar_id: z.string().nullable(),
  calendar_event_id: z.string().nullable(),
  bot_name: z.string(),
  meeting_url: z.string(),
  join_at: storedTimestamp,
  metadata: jsonText<Record<string, string>>().nullable(),
  deduplication_key: z.string().nullable(),
  state: z.enum(botStates),
  events: jsonText<BotEvent[]>(),
  transcription_state: z.string(),
  recording_state: z.string(),
  created_at: storedTimestamp,
  version: z.number(),
  automatic: jsonText<NonNullable<Bot['automatic']>>().optional(),
  meeting_key: z.string().optional(),
  hand_off: jsonText<HandOff>().optional(),
  removed: jsonText<NonNullable<Bot['removed']>>().optional(),
  due_at: storedTimestamp.optional(),
  expires_at: z.number().optional(),
});

export const readBot = (item: unknown): Bot => botSchema.parse(item);

function writeBot(bot: Bot): Record<string, unknown> {
  const { due_at: dueAt, hand_off: handOff, removed, automatic, ...plain } = bot;
  return {
    ...botKey(bot.id),
    ...plain,
    metadata: jsonAttribute(bot.metadata),
    events: JSON.stringify(bot.events),
    ...(automatic && { automatic: JSON.stringify(automatic) }),
    ...(handOff && { hand_off: JSON.stringify(handOff) }),
    ...(removed && { removed: JSON.stringify(removed) }),
    ...(dueAt && timerAttributes('bot', bot.id, dueAt)),
    // A bot that was removed is in no list.
    ...(!removed && {
      project_shard: botShards(bot.project_id)[shardOf(bot.id, projectShards)],
      by_created: `${bot.created_at}#${bot.id}`,
    }),
  };
}

/** A change of a bot's rows: null before is a new bot, null after one of which nothing stays. */
export type BotWrite = { before: Bot | null; after: Bot } | { before: Bot; after: null };

/** Most rows a change takes: of the bot, its key, its place among the bots of its calendar. */
export const rowsPerBot = 3;

const isLinked = (bot: Bot | null): bot is Bot & { calendar_id: string } =>
  bot?.calendar_id != null && !isTerminal(bot) && (!bot.removed || bot.removed.parked);

/** The rows of a change, for a transaction: all fail when the bot was written meanwhile, or its key is taken. */
export function rawBotItems(table: Table, { before, after }: BotWrite) {
  const { name: TableName } = table;
  const bot = after ?? before;
  if (!bot) return [];
  const unchanged = before
    ? { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': before.version } }
    : { ConditionExpression: 'attribute_not_exists(PK)' };
  const own = after
    ? { Put: { TableName, Item: writeBot({ ...after, version: (before?.version ?? 0) + 1 }), ...unchanged } }
    : { Delete: { TableName, Key: botKey(bot.id), ...unchanged } };

  const held = [before, after].map((one) => one !== null && holdsKey(one));
  const Key = botDeduplicationKey(bot.project_id, bot.deduplication_key ?? '');
  const key = { Put: { TableName, Item: { ...Key, bot_id: bot.id }, ConditionExpression: 'attribute_not_exists(PK)' } };
  const place = calendarBotKey(bot.calendar_id ?? '', bot.id);
  return [
    own,
    ...(!held[0] && held[1] ? [key] : []),
    ...(held[0] && !held[1] ? [{ Delete: { TableName, Key } }] : []),
    ...(!isLinked(before) && isLinked(after) ? [{ Put: { TableName, Item: place } }] : []),
    ...(isLinked(before) && !isLinked(after) ? [{ Delete: { TableName, Key: place } }] : []),
  ];
}

export function botItems({ before, after }: BotWrite): Record<string, TransactionItem> {
  const bot = after ?? before;
  if (!bot) return {};
  const when = before ? equals('version', before.version) : absent();
  const held = before !== null && holdsKey(before);
  const holds = after !== null && holdsKey(after);
  const deduplication = botDeduplicationKey(bot.project_id, bot.deduplication_key ?? '');
  const listing = calendarBotKey(bot.calendar_id ?? '', bot.id);
  return {
    [bot.id]: after
      ? { put: writeBot({ ...after, version: (before?.version ?? 0) + 1 }), when }
      : { delete: botKey(bot.id), when },
    ...(!held && holds && { [`${bot.id} key`]: { put: { ...deduplication, bot_id: bot.id }, when: absent() } }),
    ...(held && !holds && { [`${bot.id} key`]: { delete: deduplication } }),
    ...(!isLinked(before) && isLinked(after) && { [`${bot.id} in calendar`]: { put: listing } }),
    ...(isLinked(before) && !isLinked(after) && { [`${bot.id} in calendar`]: { delete: listing } }),
  };
}

const outboxPrefix = 'OUTBOX#';
export const botOutboxKey = (botId: string, notificationId: string) => ({
  PK: botPartition(botId),
  SK: `${outboxPrefix}${notificationId}`,
});

const outboxSchema = z.object({
  SK: z.string().transform((sortKey) => sortKey.slice(outboxPrefix.length)),
  notification: jsonText<Notification>(),
});

/** A notification about a bot that was committed and waits to be published; its row is a timer of its own. */
export const writeBotNotification = (
  botId: string,
  { id, notification }: { id: string; notification: Notification },
  dueAt: Timestamp,
) => ({
  ...botOutboxKey(botId, id),
  notification: JSON.stringify(notification),
  ...timerAttributes('bot', botId, dueAt),
});

/** @returns null for a row that is no notification */
export function readBotNotification(row: Record<string, unknown>): { id: string; notification: Notification } | null {
  if (!String(row.SK).startsWith(outboxPrefix)) return null;
  const { SK: id, notification } = outboxSchema.parse(row);
  return { id, notification };
}
