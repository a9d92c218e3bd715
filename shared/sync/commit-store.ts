import { type BotWrite, botItems } from '../bots/bot-row.ts';
import type { Calendar } from '../calendars/calendar.ts';
import { calendarFields, calendarKey, calendarOutbox } from '../calendars/calendar-row.ts';
import { noteChangeDay } from '../events/change-feed/change-feed-store.ts';
import { changeItems, dayOf, type FeedEntry } from '../events/change-feed/change-row.ts';
import { type OutboxEntry, writeOutboxEntry } from '../notifications/outbox-row.ts';
import { millisOf, type Timestamp } from '../platform/timestamp.ts';
import { absent, all, exists } from '../store/expression.ts';
import type { Table } from '../store/table.ts';
import { type TransactionItem, transact } from '../store/transaction.ts';
import type { Connection } from './decide-commit.ts';
import { eventItem, type StoredWrite } from './event-write-row.ts';
import { type SeenTimer, seeTimer, withSeenTimer } from './seen-timer.ts';
import type { SyncState } from './sync-state.ts';
import { isAsSeen, writeSyncState } from './sync-state-row.ts';

const dayMs = 86_400_000;

export interface Commit {
  calendar: Calendar;
  /** State to store, still with the version it was read with. */
  sync: SyncState;
  timer: SeenTimer;
  events: StoredWrite[];
  /** Changes of the bots of the events. */
  bots?: BotWrite[];
  /** The changes for the change feed and their in-flight marker. Absent when users see no change. */
  feed?: FeedEntry;
  /** State of the connection, when it changes with this commit. */
  connection?: Connection;
  /** Notifications about bots: rows, because they may be many. All other notifications are in the state. */
  botOutbox?: { entries: OutboxEntry[] /** When one that was not published is looked for. */; dueAt: Timestamp };
}

/**
 * `lost`: another run has written the sync state, or the calendar was deleted, or given other credentials. Deletions and
 * new credentials write the state, so nothing else is checked. `changed`: other rows were changed since they were read,
 * like a bot, or the calendar's timer, or the commit has taken too long; it can be prepared again.
 */
export type CommitResult = { kind: 'committed'; sync: SyncState } | { kind: 'lost' } | { kind: 'changed' };

/**
 * Writes events, connection, the feed's row, and the sync state with the outbox that announces them in one transaction:
 * either all of it happened, and will be announced, or none.
 */
export async function commitSync(table: Table, commit: Commit): Promise<CommitResult> {
  const { calendar, connection, botOutbox, events, bots = [], feed, timer } = commit;
  const { version } = commit.sync;
  // In one transaction with the changes, so that the purge of the calendar finds all of them.
  const commits = feed ? { commits: [...(commit.sync.commits ?? []), feed.changes[0].event.updated_at] } : {};
  const sync = withSeenTimer({ ...commit.sync, ...commits, version: version + 1 }, timer);
  if (feed) await noteDayOf(table, calendar, feed);
  let isTimerAlone = false;
  const items: Record<string, TransactionItem> = {
    state: {
      put: writeSyncState(calendar, sync),
      when: isAsSeen(version, timer),
      whenRefused: (present) => {
        isTimerAlone = seeTimer(timer, version, present);
      },
    },
    ...(connection && { calendar: connectionItem(calendar, connection) }),
    ...(botOutbox && outboxItems(calendar, botOutbox)),
    ...(feed && changeItems(calendar, feed)),
    ...Object.fromEntries(events.map((write) => [`event ${write.id}`, eventItem(calendar, write)])),
    ...Object.assign({}, ...bots.map(botItems)),
  };
  const refused = await transact<string>(table, items, feed?.signal).catch((error: unknown) => {
    if (feed?.signal?.aborted) return null;
    throw error;
  });
  if (refused === null) return { kind: 'changed' };
  if (refused.length === 0) {
    timer.stored = sync.due_at;
    return { kind: 'committed', sync };
  }
  const isLost = refused.some((name) => (name === 'state' && !isTimerAlone) || name === 'calendar');
  return { kind: isLost ? 'lost' : 'changed' };
}

function noteDayOf(table: Table, { project_id }: Calendar, { changes: [first], changeDays, expiresAt }: FeedEntry) {
  const { updated_at: time } = first.event;
  const keptDays = Math.ceil((expiresAt * 1000 - millisOf(time)) / dayMs);
  return noteChangeDay(table, project_id, { day: dayOf(time), known: changeDays, keptDays });
}

const outboxItems = (calendar: Calendar, { entries, dueAt }: NonNullable<Commit['botOutbox']>) =>
  Object.fromEntries(
    entries.map((entry) => [`outbox ${entry.id}`, { put: writeOutboxEntry(calendarOutbox(calendar), entry, dueAt) }]),
  );

const isThere = all(exists(), absent('deleted_at'));

const connectionItem = (calendar: Calendar, connection: Connection): TransactionItem => ({
  update: calendarKey(calendar.id),
  change: {
    set: {
      ...calendarFields(connection),
    },
    when: isThere,
  },
});
