import { createHash } from 'node:crypto';
import type { OutboxOwner } from '../notifications/outbox-row.ts';
import { shardOf } from '../platform/ids.ts';
import { absent, equals } from '../store/expression.ts';
import { lookupOf } from '../store/lookup.ts';
import { defineRow, type RowKey } from '../store/row.ts';
import { lookupAttributes, projectShards } from '../store/table-schema.ts';
import type { TransactionItem } from '../store/transaction.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import { automaticBotRow } from './automatic-bot-row.ts';
import { type Bot, botSchema, holdsKey, isTerminal } from './bot.ts';
import { linkBotKey } from './meeting-claim-row.ts';

export const botPartition = (botId: string): string => `BOT#${botId}`;
export const botKey = (botId: string): RowKey => ({ PK: botPartition(botId), SK: 'BOT' });
export const botOutbox = (botId: string): OutboxOwner => ({
  partition: botPartition(botId),
  id: botId,
  timerKind: 'bot',
});

/** Index of a calendar's bots that are not over. It is a partition of the table, so it is read strongly consistent. */
export const calendarBots = (calendarId: string): string => `BOTS#${calendarId}`;
export const calendarBotKey = (calendarId: string, botId: string): RowKey => ({
  PK: calendarBots(calendarId),
  SK: botId,
});

/** A row that exists while a bot holds the key, so that no two bots hold the same one. */
export const deduplicationKey = (projectId: string, key: string): RowKey => ({
  PK: `DEDUPLICATION#${projectId}#BOT#${createHash('sha256').update(key).digest('hex')}`,
  SK: 'DEDUPLICATION',
});

/** Partitions of the indexes in which bots are looked up. */
export const botLookups = {
  deduplicationKey: (projectId: string, key: string): string => lookupOf(projectId, 'BOT', key),
  meetingUrl: (projectId: string, url: string): string => lookupOf(projectId, 'MEETING', url),
};

/** Partitions of the project index that list a project's bots. */
export const botShards = (projectId: string): string[] =>
  Array.from({ length: projectShards.bots }, (_, shard) => `${projectId}#BOT#${shard}`);

const botRow = defineRow('bot', 1, botSchema);
export const readBot = (item: unknown): Bot => botRow.read(item);

const writeBot = (bot: Bot): Record<string, unknown> => ({
  ...botKey(bot.id),
  ...botRow.write(bot),
  ...(bot.due_at && timerAttributes('bot', bot.id, bot.due_at, bot.project_id)),
  // No list shows a removed bot.
  ...(!bot.removed && {
    project_shard: botShards(bot.project_id)[shardOf(bot.id, projectShards.bots)],
    by_created: `${bot.created_at}#${bot.id}`,
    [lookupAttributes.meetingUrl]: botLookups.meetingUrl(bot.project_id, bot.meeting_url),
    ...(bot.deduplication_key !== null && {
      [lookupAttributes.deduplicationKey]: botLookups.deduplicationKey(bot.project_id, bot.deduplication_key),
    }),
  }),
});

/** A change of a bot: `before` null creates it, `after` null deletes it. */
export type BotWrite = { before: Bot | null; after: Bot } | { before: Bot; after: null };

/**
 * A change of an event's bot writes at most its row, its deduplication key, and its entry among its calendar's bots; that
 * of a bot of rules, which has no such key, its row and two entries by time.
 */
export const rowsPerBot = 3;

/** Is the bot among its calendar's bots? A parked one is, so that a reconnect finds it. */
const isListed = (bot: Bot | null): bot is Bot & { calendar_id: string } =>
  bot?.calendar_id != null && !isTerminal(bot) && (!bot.removed || bot.removed.parked);

/** Is the bot among the bots of its link? Bots of events are found by their events. */
const isAtLink = (bot: Bot): boolean => bot.calendar_event_id === null && !isTerminal(bot) && !bot.removed;

/** The entry of a bot by time: among the bots of its link, or among those that rules gave to its calendar. */
function entryOf(bot: Bot | null): (RowKey & { expires_at?: number }) | null {
  if (!bot) return null;
  if (isAtLink(bot)) return linkBotKey(bot);
  return bot.automatic && bot.calendar_id !== null && !bot.removed ? automaticBotRow(bot) : null;
}

function entryItems(before: Bot | null, after: Bot | null): Record<string, TransactionItem> {
  const [former, next] = [entryOf(before), entryOf(after)];
  if (former && next && former.PK === next.PK && former.SK === next.SK) return {};
  return {
    ...(former && { [`${before?.id} at its former time`]: { delete: { PK: former.PK, SK: former.SK } } }),
    ...(next && { [`${after?.id} at its time`]: { put: { ...next } } }),
  };
}

/**
 * The items of a change for a transaction. The bot's own item is refused when the bot was written since `before` was
 * read, that of its deduplication key when another bot holds the key.
 */
export function botItems({ before, after }: BotWrite): Record<string, TransactionItem> {
  const bot = after ?? before;
  if (!bot) return {};
  const when = before ? equals('version', before.version) : absent();
  const held = before !== null && holdsKey(before);
  const holds = after !== null && holdsKey(after);
  const deduplication = deduplicationKey(bot.project_id, bot.deduplication_key ?? '');
  const listing = calendarBotKey(bot.calendar_id ?? '', bot.id);
  return {
    [bot.id]: after
      ? { put: writeBot({ ...after, version: nextVersion(before) }), when }
      : { delete: botKey(bot.id), when },
    ...(!held && holds && { [keyItemName(bot.id)]: { put: { ...deduplication, bot_id: bot.id }, when: absent() } }),
    ...(held && !holds && { [keyItemName(bot.id)]: { delete: deduplication } }),
    ...(!isListed(before) && isListed(after) && { [`${bot.id} in calendar`]: { put: { ...listing } } }),
    ...(isListed(before) && !isListed(after) && { [`${bot.id} in calendar`]: { delete: listing } }),
    ...entryItems(before, after),
  };
}

/** The version of a bot after a write. */
export const nextVersion = (before: Bot | null): number => (before?.version ?? 0) + 1;

/** Name of the item that takes or frees a bot's deduplication key. */
export const keyItemName = (botId: string): string => `${botId} deduplication key`;
