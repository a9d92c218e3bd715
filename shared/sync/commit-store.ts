import { type BotWrite, botItems } from '../bots/bot-row.ts';
import type { Calendar } from '../calendars/calendar.ts';
import { calendarFields, calendarKey, calendarOutbox } from '../calendars/calendar-row.ts';
import { changeItems, type FeedEntry } from '../events/change-feed/change-row.ts';
import { type OutboxEntry, type OutboxMessage, writeOutboxEntry } from '../notifications/outbox-row.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { absent, all, equals, exists } from '../store/expression.ts';
import type { Table } from '../store/table.ts';
import { type TransactionItem, transact } from '../store/transaction.ts';
import type { Connection } from './decide-commit.ts';
import { eventItem, type StoredWrite } from './event-write-row.ts';
import { type SeenTimer, seeTimer, withSeenTimer } from './seen-timer.ts';
import type { SyncState } from './sync-state.ts';
import { isAsSeen, writeSyncState } from './sync-state-row.ts';

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
  outbox: (OutboxEntry | OutboxMessage)[];
  /** When an entry that was not published is looked for. */
  outboxDueAt: Timestamp;
}

/**
 * `lost`: another run has written the sync state, or the calendar was deleted, or given other credentials. `changed`:
 * other rows were changed since they were read, like a bot, or the calendar's timer; the commit can be prepared again.
 */
export type CommitResult = { kind: 'committed'; sync: SyncState } | { kind: 'lost' } | { kind: 'changed' };

/**
 * Writes events, sync state, connection, the feed's row and the outbox entries that announce them in one transaction:
 * either all of it happened, and will be announced, or none.
 */
export async function commitSync(table: Table, commit: Commit): Promise<CommitResult> {
  const { calendar, connection, outbox, events, bots = [], feed, timer } = commit;
  const { version } = commit.sync;
  const sync = withSeenTimer({ ...commit.sync, version: version + 1 }, timer);
  let isTimerAlone = false;
  const items: Record<string, TransactionItem> = {
    state: {
      put: writeSyncState(calendar, sync),
      when: isAsSeen(version, timer),
      whenRefused: (present) => {
        isTimerAlone = seeTimer(timer, version, present);
      },
    },
    calendar: connection
      ? connectionItem(calendar, connection)
      : // The purge of a deleted calendar, next in its queue, must find all rows.
        { check: calendarKey(calendar.id), when: isThere },
    ...Object.fromEntries(
      outbox.map((entry) => [
        `outbox ${entry.id}`,
        { put: writeOutboxEntry(calendarOutbox(calendar), entry, commit.outboxDueAt) },
      ]),
    ),
    ...(feed && changeItems(calendar, feed)),
    ...Object.fromEntries(events.map((write) => [`event ${write.id}`, eventItem(calendar, write)])),
    ...Object.assign({}, ...bots.map(botItems)),
  };
  const refused = await transact<string>(table, items);
  if (refused.length === 0) {
    timer.stored = sync.due_at;
    return { kind: 'committed', sync };
  }
  const isLost = refused.some((name) => (name === 'state' && !isTimerAlone) || name === 'calendar');
  return { kind: isLost ? 'lost' : 'changed' };
}

const isThere = all(exists(), absent('deleted_at'));

/** The connection belongs to the credentials that were tried: a calendar with other credentials is left alone. */
const connectionItem = (calendar: Calendar, connection: Connection): TransactionItem => ({
  update: calendarKey(calendar.id),
  change: {
    set: {
      ...calendarFields(connection),
    },
    when: all(
      isThere,
      equals('refresh_token', calendar.refresh_token),
      equals('client_secret', calendar.client_secret),
    ),
  },
});
