import type { Bot } from '../bots/bot.ts';
import type { BotWrite } from '../bots/bot-row.ts';
import { type EventBots, followBots, rowsOf } from '../bots/follow-bots.ts';
import { openCommit } from '../events/change-feed/change-feed-store.ts';
import type { EventChange } from '../events/change-feed/event-change.ts';
import { changedFields } from '../events/changed-fields.ts';
import { type EventRow, packContent, rowInPlace } from '../events/event-row.ts';
import { readEventsOrRests } from '../events/event-store.ts';
import type { OutboxEntry } from '../notifications/outbox-row.ts';
import { addMicros, millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import { countFitting, type WriteSize } from './commit-size.ts';
import type { Commit } from './commit-store.ts';
import type { StoredWrite } from './event-write-row.ts';
import { isVisible, type PlannedWrite, type VisibleWrite } from './plan-changes.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';

const dayMs = 86_400_000;

/** The rows of a transaction that concern its events. */
export interface PreparedCommit extends Pick<Commit, 'events' | 'feed' | 'bots'> {
  changes: EventChange[];
  /** Notifications about the bots. */
  botNotifications: OutboxEntry[];
  /** The project has bot rules, which the changes are announced to. */
  hasBotRules: boolean;
  /** Writes that did not fit into the transaction. */
  later: PlannedWrite[];
}

/**
 * Prepares a transaction: reads the events that the writes change, decides what the changes mean for the bots of these
 * events, stamps as many writes as fit into the transaction, and describes them for the change feed. Changes are stamped
 * only once their in-flight marker is set, where the project reads its feed.
 *
 * @param rows that were read already, by id. A commit that was refused is prepared without them
 */
export async function prepareCommit(
  deps: SyncDeps,
  run: SyncRun,
  state: SyncState,
  writes: PlannedWrite[],
  rows: ReadonlyMap<string, Record<string, unknown>>,
): Promise<PreparedCommit> {
  const { table, clock, retention } = deps;
  const { calendar } = run;
  const known = writes.filter((write) => isVisible(write) && write.type !== 'created').map(({ id }) => id);
  const { events: before, rests } = await readEventsOrRests(table, calendar.project_id, calendar.id, known, rows);
  for (const write of writes) {
    const rest = rests.get(write.id);
    const content = 'content' in write ? (write.content ?? null) : null;
    if (rest) before.set(write.id, rowInPlace(rest, calendar.id, content, timestampOf(clock.now())));
  }
  const changed = writes.filter(isVisible).map((write) => ({
    id: write.id,
    event: write.type === 'deleted' ? null : { ...write.content, is_deleted: false },
  }));
  const bots = await followBots(deps, calendar, changed, before);
  const count = countFitting(writes, (write) => sizeOf(write, before.get(write.id), bots.get(write.id)));
  const [fitting, later] = [writes.slice(0, count), writes.slice(count)];
  const hidden = fitting.filter((write) => !isVisible(write));
  const kept = hidden.map(
    (write): StoredWrite =>
      write.type === 'prefetched' ? { ...write, expires_at: expiry(deps, run, write.content.end_time) } : write,
  );
  const visible = fitting.filter(isVisible);
  if (visible.length === 0)
    return { events: kept, changes: [], bots: [], botNotifications: [], hasBotRules: false, later };

  const { after, hasBotRules, ...open } = await openCommit(table, calendar, {
    name: deps.newId(),
    openedAt: timestampOf(clock.now()),
    expiresAt: Math.floor((clock.now() + syncTimingMs.feedMarkerLifetime) / 1000),
  });
  const stamp = createStamp(deps, state, after);
  const changes: EventChange[] = [];
  const events: StoredWrite[] = [];
  for (const write of visible) {
    const change = describe(run, write, before.get(write.id)?.event, stamp());
    // The row has expired since it was compared.
    if (!change) continue;
    changes.push(change);
    const { updated_at, end_time } = change.event;
    const until = write.type === 'deleted' ? updated_at : end_time;
    const own = bots.get(write.id);
    const rest = rests.get(write.id);
    events.push({
      ...write,
      updated_at,
      expires_at: expiry(deps, run, until),
      ...(own && { bots: { seen: own.seen, left: own.left } }),
      ...(rest && { repair: { event: change.event, areBotsLost: rest.bot_ids === null } }),
    });
  }
  const [first, ...rest] = changes;
  const expiresAt = Math.floor((clock.now() + (retention.logDays + 1) * dayMs) / 1000);
  const followed = visible.flatMap(({ id }) => bots.get(id) ?? []);
  return {
    events: [...kept, ...events],
    changes,
    bots: followed.flatMap((own) => own.writes),
    botNotifications: followed.flatMap(({ notifications }) => notifications),
    hasBotRules,
    later,
    ...(first && { feed: { ...open, changes: [first, ...rest], expiresAt } }),
  };
}

/** Names, keys and index attributes of an event's row, and what the feed says beside its content. */
const rowBytes = 2_000;
const feedEntryBytes = 800;

/**
 * Content counts compressed, as it is stored. A feed's row compresses all its changes together, which takes no more than
 * each alone.
 */
function sizeOf(write: PlannedWrite, before: EventRow | undefined, bots: EventBots | undefined): WriteSize {
  const stored = before?.packed_bytes ?? 0;
  const packed = 'content' in write && write.content ? packContent(write.content).length : stored;
  const bytesOfBots = bots ? bots.writes.map(bytesOfBot).reduce((sum, bytes) => sum + bytes, 0) : 0;
  return {
    rows: rowsOf(bots),
    bytes: rowBytes + Math.max(stored, packed) + bytesOfBots,
    feedBytes: isVisible(write) ? feedEntryBytes + packed : 0,
  };
}

/** A bot's row, its small rows beside it, and the notification about it. */
const bytesOfBot = ({ before, after }: BotWrite): number => {
  const bytes = (bot: Bot | null): number => Buffer.byteLength(JSON.stringify(bot));
  return 2 * Math.max(bytes(before), bytes(after)) + rowBytes;
};

function describe(
  { calendar, provider }: SyncRun,
  write: VisibleWrite,
  before: EventChange['event'] | undefined,
  updatedAt: Timestamp,
): EventChange | null {
  const own = {
    id: write.id,
    calendar_id: calendar.id,
    created_at: before?.created_at ?? updatedAt,
    updated_at: updatedAt,
  };
  if (write.type === 'deleted') {
    if (!before) return null;
    const event = { ...before, ...own, is_deleted: true, ...write.content };
    const changed_fields = before.is_deleted
      ? changedFields(before, event, provider.volatile)
      : ['status', 'is_deleted'];
    return { type: 'deleted', changed_fields, event };
  }
  const event = { ...write.content, ...own, is_deleted: false };
  return { type: write.type, changed_fields: before ? changedFields(before, event, provider.volatile) : [], event };
}

/**
 * `updated_at` of each event: the time of the commit, strictly growing within the calendar, and later than everything
 * that the feed has delivered.
 */
function createStamp({ clock }: SyncDeps, sync: SyncState, mark: Timestamp | null): () => Timestamp {
  const [now, [, last]] = [clock.stamp(), [sync.last_change_at ?? '', mark ?? ''].sort() as [Timestamp, Timestamp]];
  const first = last >= now ? addMicros(last, 1) : now;
  let given = -1;
  return () => {
    given += 1;
    return addMicros(first, given);
  };
}

/** When a row expires, in seconds since the epoch: not before the calendar's window has left it. */
function expiry(deps: SyncDeps, { window: { pastDays } }: SyncRun, from: Timestamp): number {
  return Math.floor((millisOf(from) + Math.max(deps.retention.eventDays, pastDays + 2) * dayMs) / 1000);
}
