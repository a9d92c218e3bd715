import { type ChangeSummary, eventsUpdate, stateChange } from '../../domain/announcement.ts';
import { changedFields } from '../../domain/changed-fields.ts';
import type { EventChange } from '../../domain/event-change.ts';
import { isVisible, type PlannedWrite, type VisibleWrite } from '../../domain/plan-changes.ts';
import { addMicros, millisOf, type Timestamp, timestampOf } from '../../domain/timestamp.ts';
import { openPlace } from '../../store/change-store.ts';
import { packedSize } from '../../store/event-item.ts';
import { readEvents } from '../../store/event-store.ts';
import {
  type Commit,
  commitSync,
  eventsPerCommit,
  type OutboxEntry,
  type StoredWrite,
  saveSyncState,
} from '../../store/sync-store.ts';
import { windowOf } from './listing-due.ts';
import { logRun } from './log-run.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';

/** The feed's row of a commit holds all its events, and an item has 400 KB, even if nothing of them compresses. */
const bytesPerCommit = 380_000;
/** A deleted event is in the feed as it was; most are smaller. */
const bytesPerDeletion = 4_000;

/** A run stops committing when so little of its time is left, and goes on in another one. */
const reserveMs = 15_000;

/** A fact not published by then is looked for. */
const outboxPatienceMs = 120_000;

/** A place nobody closes is gone by then, seconds after which nobody waits for it any more. */
const placeLifetimeMs = 86_400_000;

const dayMs = 86_400_000;

/**
 * Writes the planned changes in transactions, each with the fact that tells of everything written so far, so that a
 * crash at any point loses no announcement; the last one also stores what the run learnt: the next sync token, and that
 * it succeeded. A run without changes costs one write.
 *
 * @param learnt to be stored when all is written @param isContact whether the provider was asked
 * @returns the facts to publish, and whether all is written
 */
export async function commitChanges(
  deps: SyncDeps,
  run: SyncRun,
  writes: PlannedWrite[],
  { learnt, isContact }: { learnt: Partial<SyncRun['sync']>; isContact: boolean },
): Promise<{ facts: OutboxEntry[]; done: boolean }> {
  const reconnected = run.calendar.state === 'disconnected';
  if (writes.length === 0 && !reconnected) {
    run.sync = await saveSyncState(deps.table, run.calendar.id, {
      ...run.sync,
      ...(isContact && succeeded(deps)),
      ...learnt,
      runs: await logRun(deps, run, 'ok'),
    });
    return { facts: [], done: true };
  }

  const facts: OutboxEntry[] = [];
  const summary: ChangeSummary = { sync_id: run.id, created: 0, changed: 0, deleted: 0, since: run.startedAt };
  const chunks = chunk(writes);
  for (const [index, chunkWrites] of chunks.entries()) {
    const last = index === chunks.length - 1;
    // One chunk at least, so that every run gets somewhere.
    if (index > 0 && run.request.remainingMs() < reserveMs) {
      run.sync = await saveSyncState(deps.table, run.calendar.id, { ...run.sync, runs: await logRun(deps, run, 'ok') });
      return { facts, done: false };
    }
    const { events, changes, ...prepared } = await prepare(deps, run, chunkWrites);
    if (summary.created + summary.changed + summary.deleted === 0 && changes[0])
      summary.since = changes[0].event.updated_at;
    for (const { type } of changes) summary[type] += 1;
    for (const { type } of changes) run.tally[type] += 1;
    const sync = {
      ...run.sync,
      ...(last && { ...(isContact && succeeded(deps)), ...learnt, runs: await logRun(deps, run, 'ok') }),
      last_change_at: changes.at(-1)?.event.updated_at ?? run.sync.last_change_at,
    };
    const connection =
      last && reconnected
        ? { state: 'connected' as const, connection_failure_data: null, updated_at: deps.clock.stamp() }
        : undefined;
    const calendar = { ...run.calendar, ...connection };
    facts.length = 0;
    const { sync_id: _id, since: _since, ...counts } = summary;
    if (Object.values(counts).some((count) => count > 0)) {
      facts.push({ id: run.id, fact: eventsUpdate(calendar, sync, run.id, { ...summary }) });
    }
    if (connection) {
      const id = deps.newId();
      facts.push({ id, fact: stateChange(calendar, sync, id) });
    }
    run.sync = await commitSync(deps.table, {
      ...prepared,
      calendar,
      sync,
      events,
      outbox: facts,
      outboxDueAt: timestampOf(deps.clock.now() + outboxPatienceMs),
      ...(connection && { connection }),
    });
    run.calendar = calendar;
  }
  return { facts, done: true };
}

function succeeded({ clock }: SyncDeps) {
  const at = clock.stamp();
  return { last_attempted_sync_at: at, last_successful_sync_at: at, refusals: undefined };
}

/**
 * Stamps the writes of a chunk and says what the change feed tells of them: changes are stamped only once their place in
 * the feed's order is open.
 */
async function prepare(
  deps: SyncDeps,
  run: SyncRun,
  writes: PlannedWrite[],
): Promise<Pick<Commit, 'events' | 'feed'> & { changes: EventChange[] }> {
  const { table, clock, retention } = deps;
  const { calendar } = run;
  const hidden = writes.filter((write) => !isVisible(write));
  const kept = hidden.map(
    (write): StoredWrite =>
      write.type === 'held' ? { ...write, expires_at: expiry(deps, run, write.content.end_time) } : write,
  );
  const visible = writes.filter(isVisible);
  if (visible.length === 0) return { events: kept, changes: [] };

  const known = visible.filter(({ type }) => type !== 'created').map(({ id }) => id);
  const before = await readEvents(table, calendar.project_id, calendar.id, known);
  const place = deps.newId();
  const mark = await openPlace(table, calendar, {
    name: place,
    openedAt: timestampOf(clock.now()),
    expiresAt: Math.floor((clock.now() + placeLifetimeMs) / 1000),
  });
  const stamp = createStamp(deps, run, mark);
  const changes: EventChange[] = [];
  const events: StoredWrite[] = [];
  for (const write of visible) {
    const change = describe(run, write, before.get(write.id), stamp());
    // A row that has expired since it was compared is gone already.
    if (!change) continue;
    changes.push(change);
    const { updated_at, end_time } = change.event;
    const until = write.type === 'deleted' ? updated_at : end_time;
    events.push({ ...write, updated_at, expires_at: expiry(deps, run, until) });
  }
  const [first, ...rest] = changes;
  const expiresAt = Math.floor((clock.now() + (retention.logDays + 1) * dayMs) / 1000);
  return {
    events: [...kept, ...events],
    changes,
    ...(first && { feed: { place, changes: [first, ...rest], expiresAt } }),
  };
}

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
    return before
      ? { type: 'deleted', changed_fields: ['status', 'is_deleted'], event: { ...before, ...own, is_deleted: true } }
      : null;
  }
  const event = { ...write.content, ...own, is_deleted: false };
  return { type: write.type, changed_fields: before ? changedFields(before, event, provider.volatile) : [], event };
}

/**
 * `updated_at` of each event: the time of the commit, strictly growing within the calendar, and later than what the feed
 * has given out already.
 */
function createStamp({ clock }: SyncDeps, { sync }: SyncRun, mark: Timestamp | null): () => Timestamp {
  const [now, [, last]] = [clock.stamp(), [sync.last_change_at ?? '', mark ?? ''].sort() as [Timestamp, Timestamp]];
  const first = last >= now ? addMicros(last, 1) : now;
  let given = -1;
  return () => {
    given += 1;
    return addMicros(first, given);
  };
}

/** Seconds since the epoch at which a row is not kept any more; never while the calendar's own window holds it. */
function expiry(deps: SyncDeps, { calendar }: SyncRun, from: Timestamp): number {
  const { pastDays } = windowOf(deps, calendar);
  return Math.floor((millisOf(from) + Math.max(deps.retention.eventDays, pastDays + 2) * dayMs) / 1000);
}

/** At least one chunk, even of nothing: it carries the state of the connection. */
function chunk(writes: PlannedWrite[]): PlannedWrite[][] {
  const chunks: PlannedWrite[][] = [[]];
  let bytes = 0;
  for (const write of writes) {
    const size = 'content' in write ? packedSize(write.content) : bytesPerDeletion;
    const current = chunks.at(-1);
    if (!current || current.length >= eventsPerCommit || (current.length > 0 && bytes + size > bytesPerCommit)) {
      chunks.push([write]);
      bytes = size;
    } else {
      current.push(write);
      bytes += size;
    }
  }
  return chunks;
}
