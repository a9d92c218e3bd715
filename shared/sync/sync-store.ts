import { DeleteCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type BotWrite, botItems } from '../bots/bot-row.ts';
import type { Calendar, SyncState } from '../calendars/calendar.ts';
import {
  calendarKey,
  calendarOutbox,
  jsonAttribute,
  readCalendar,
  readSyncState,
  syncStateKey,
  writeSyncState,
} from '../calendars/calendar-row.ts';
import { loadCalendarRows } from '../calendars/calendar-store.ts';
import { changeItems } from '../events/change-feed/change-feed-store.ts';
import type { EventChange } from '../events/change-feed/event-change.ts';
import { eventKey, eventShard, orderValue, packContent } from '../events/event-row.ts';
import { type OutboxEntry, outboxKey, readOutbox, writeOutboxEntry } from '../notifications/outbox-row.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { failedConditions, isConditionFailure } from '../store/condition-failure.ts';
import { retryConflict } from '../store/retry-conflict.ts';
import type { Table } from '../store/table.ts';
import { itemOf } from '../store/transaction.ts';
import type { PlannedWrite, VisibleWrite } from './plan-changes.ts';

export interface LoadedCalendar {
  calendar: Calendar;
  sync: SyncState;
  outbox: OutboxEntry[];
}

/** One request. @returns null when the calendar is gone for good; a deleted one waiting for its purge is returned */
export async function loadCalendar(table: Table, id: string): Promise<LoadedCalendar | null> {
  const rows = await loadCalendarRows(table, id);
  const find = (sortKey: string) => rows.find(({ SK }) => SK === sortKey);
  const calendar = find('CALENDAR');
  if (!calendar) return null;
  const sync = find('SYNC');
  // A purge that died half-way leaves a calendar without its sync state.
  return { calendar: readCalendar(calendar), sync: readSyncState(sync ?? { version: 0 }), outbox: readOutbox(rows) };
}

/** A sync that has lost its turn: another one has written the calendar's sync state since it was read. */
const unchangedSince = (version: number) => ({
  ConditionExpression: 'version = :version',
  ExpressionAttributeValues: { ':version': version },
});

/** A calendar deleted while it was being synced gets no more rows: the purge, next in its queue, has not to race. */
const notDeleted = { ConditionExpression: 'attribute_exists(PK) AND attribute_not_exists(deleted_at)' };

/** The one bookkeeping write of a sync without changes. @returns the state as stored, one version on */
export async function saveSyncState(table: Table, calendarId: string, sync: SyncState): Promise<SyncState> {
  const next = { ...sync, version: sync.version + 1 };
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: writeSyncState(calendarId, next),
      ...unchangedSince(sync.version),
    }),
  );
  return next;
}

/** Ids of an event's bots: as they were read, which must still hold, and as they are to be. */
interface EventBotIds {
  seen: string[];
  left: string[];
}

/** A write with what the store needs of it beside: a visible one its stamp, and one that stays how long. */
export type StoredWrite =
  | (VisibleWrite & { updated_at: Timestamp; expires_at: number; bots?: EventBotIds })
  | (Extract<PlannedWrite, { type: 'held' }> & { expires_at: number })
  | Extract<PlannedWrite, { type: 'dropped' }>;

export interface Commit {
  calendar: Calendar;
  /** State to store, still with the version it was read with. */
  sync: SyncState;
  events: StoredWrite[];
  /** What becomes of bots of the events. */
  bots?: BotWrite[];
  /** What the change feed says of it, and the place it was stamped behind; absent when users see nothing of it. */
  feed?: { place: string; changes: [EventChange, ...EventChange[]]; expiresAt: number };
  /** State of the connection, when it changes with this commit. */
  connection?: Pick<Calendar, 'state' | 'connection_failure_data' | 'updated_at'>;
  outbox: OutboxEntry[];
  /** When a notification that was not published after all is looked for. */
  outboxDueAt: Timestamp;
}

/**
 * DynamoDB allows 100 rows in a transaction; beside its events, their bots and what is told of those a commit holds sync
 * state, calendar, two notifications, the feed's row and its place.
 */
export const eventsPerCommit = 94;

/** Rows of a commit that guard the run: while they hold, a commit that was refused can be decided anew. */
const guards = 2;

/** Was a commit refused because of something that may be decided anew, like a bot somebody else has changed? */
export const isOvertaken = (error: unknown): boolean => {
  const failed = failedConditions(error);
  return failed.length > 0 && failed.every((index) => index >= guards);
};

/**
 * Writes events, sync state, connection, the feed's row and the notifications that tell of them in one transaction: either all of it happened,
 * and will be announced, or none. @returns the sync state as stored
 */
export async function commitSync(table: Table, commit: Commit): Promise<SyncState> {
  const { calendar, connection } = commit;
  const sync = { ...commit.sync, version: commit.sync.version + 1 };
  const transaction = new TransactWriteCommand({
    TransactItems: [
      {
        Put: {
          TableName: table.name,
          Item: writeSyncState(calendar.id, sync),
          ...unchangedSince(commit.sync.version),
        },
      },
      connection
        ? { Update: updateConnection(table, calendar, connection) }
        : { ConditionCheck: { TableName: table.name, Key: calendarKey(calendar.id), ...notDeleted } },
      ...commit.outbox.map((entry) => ({
        Put: {
          TableName: table.name,
          Item: writeOutboxEntry(calendarOutbox(calendar.id), entry, commit.outboxDueAt),
        },
      })),
      ...(commit.feed ? changeItems(table, calendar, commit.feed) : []),
      ...commit.events.map((write) => writeEvent(table, calendar, write)),
      ...(commit.bots ?? []).flatMap((write) => Object.values(botItems(write)).map((item) => itemOf(table.name, item))),
    ],
  });
  await retryConflict(() => table.client.send(transaction));
  return sync;
}

/** @param sealed the token that takes the place of the calendar's @returns false when that was changed meanwhile */
export async function replaceRefreshToken(table: Table, calendar: Calendar, sealed: string): Promise<boolean> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: calendarKey(calendar.id),
        UpdateExpression: 'SET refresh_token = :sealed',
        ConditionExpression: 'refresh_token = :former',
        ExpressionAttributeValues: { ':sealed': sealed, ':former': calendar.refresh_token },
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/** The last step of a purge: the calendar's own rows, once nothing else of it is left; itself, and its timer, at last. */
export async function deleteCalendarRows(table: Table, { calendar, outbox }: LoadedCalendar): Promise<void> {
  const keys = [
    ...outbox.map(({ id }) => outboxKey(calendarOutbox(calendar.id), id)),
    syncStateKey(calendar.id),
    calendarKey(calendar.id),
  ];
  for (const Key of keys) await table.client.send(new DeleteCommand({ TableName: table.name, Key }));
}

/** The connection of the credentials that were tried: others that came meanwhile have not been. */
function updateConnection(table: Table, calendar: Calendar, connection: NonNullable<Commit['connection']>) {
  return {
    TableName: table.name,
    Key: calendarKey(calendar.id),
    UpdateExpression: 'SET #state = :state, connection_failure_data = :failure, updated_at = :updated',
    ConditionExpression: `${notDeleted.ConditionExpression} AND refresh_token = :token AND client_secret = :secret`,
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':state': connection.state,
      ':failure': jsonAttribute(connection.connection_failure_data),
      ':updated': connection.updated_at,
      ':token': calendar.refresh_token,
      ':secret': calendar.client_secret,
    },
  };
}

/** Attributes of an event's row are set one by one, so that whatever else a row holds stays. */
function writeEvent(table: Table, calendar: Calendar, write: StoredWrite) {
  const base = { TableName: table.name, Key: eventKey(calendar.project_id, calendar.id, write.id) };
  if (write.type === 'dropped') return { Delete: base };
  if (write.type === 'deleted') {
    const values = {
      is_deleted: true,
      by_updated: orderValue(write.updated_at, write.id),
      expires_at: write.expires_at,
    };
    return { Update: withBots({ ...base, ...setting(values), ConditionExpression: 'attribute_exists(PK)' }, write) };
  }
  const { content } = write;
  const values = {
    calendar_id: calendar.id,
    project_id: calendar.project_id,
    series_id: content.recurring_event_id,
    is_deleted: false,
    content_hash: write.content_hash,
    content: packContent(content),
    expires_at: write.expires_at,
  };
  const start = orderValue(content.start_time, write.id);
  if (write.type === 'held')
    return { Update: { ...base, ...setting({ ...values, by_subset: start, ends_at: content.end_time }) } };
  const visible = {
    ...values,
    event_id: write.id,
    project_shard: eventShard(calendar.project_id, calendar.id),
    by_start: start,
    by_end: orderValue(content.end_time, write.id),
    by_updated: orderValue(write.updated_at, write.id),
  };
  const { UpdateExpression, ...rest } = setting(visible);
  const update = {
    ...base,
    ...rest,
    UpdateExpression: `${UpdateExpression}, by_created = if_not_exists(by_created, :by_updated) REMOVE by_subset, ends_at`,
  };
  return { Update: withBots(update, write) };
}

/** Bots come to an event, and leave it, without its sync: what was decided of them holds only while they are the same. */
function withBots<
  Update extends {
    UpdateExpression: string;
    ExpressionAttributeValues: Record<string, unknown>;
    ConditionExpression?: string;
  },
>(update: Update, { bots }: { bots?: EventBotIds }): Update {
  if (!bots) return update;
  const { seen, left } = bots;
  const same = seen.length > 0 ? 'bot_ids = :seen' : 'attribute_not_exists(bot_ids)';
  const isKept = left.length === seen.length && left.every((id) => seen.includes(id));
  const { UpdateExpression: expression, ConditionExpression: condition } = update;
  const [set = '', removed] = expression.split(' REMOVE ');
  const removals = [...(removed ? [removed] : []), ...(!isKept && left.length === 0 ? ['bot_ids'] : [])];
  const isSet = !isKept && left.length > 0;
  return {
    ...update,
    UpdateExpression: `${set}${isSet ? ', bot_ids = :left' : ''}${removals.length > 0 ? ` REMOVE ${removals.join(', ')}` : ''}`,
    ConditionExpression: condition ? `${condition} AND ${same}` : same,
    ExpressionAttributeValues: {
      ...update.ExpressionAttributeValues,
      ...(seen.length > 0 && { ':seen': new Set(seen) }),
      ...(isSet && { ':left': new Set(left) }),
    },
  };
}

const setting = (values: Record<string, unknown>) => ({
  UpdateExpression: `SET ${Object.keys(values)
    .map((name) => `${name} = :${name}`)
    .join(', ')}`,
  ExpressionAttributeValues: Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
});
