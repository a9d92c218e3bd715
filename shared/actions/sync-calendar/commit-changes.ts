import { type ChangeSummary, eventsUpdate, stateChange } from '../../domain/announcement.ts';
import type { PlannedWrite } from '../../domain/plan-changes.ts';
import { addMicros, timestampOf } from '../../domain/timestamp.ts';
import { packedSize } from '../../store/event-item.ts';
import {
  commitSync,
  eventsPerCommit,
  type OutboxEntry,
  type StampedWrite,
  saveSyncState,
} from '../../store/sync-store.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';

/** A transaction may hold 4 MB. */
const bytesPerCommit = 3_000_000;

/** A run stops committing when so little of its time is left, and goes on in another one. */
const reserveMs = 15_000;

/** A fact not published by then is looked for. */
const outboxPatienceMs = 120_000;

/**
 * Writes the planned changes in transactions, each with the fact that tells of everything written so far, so that a
 * crash at any point loses no announcement; the last one also stores what the run learnt: the next sync token, and that
 * it succeeded. A run without changes costs one write.
 *
 * @param learnt to be stored when all is written
 * @returns the facts to publish, and whether all is written
 */
export async function commitChanges(
  deps: SyncDeps,
  run: SyncRun,
  writes: PlannedWrite[],
  learnt: Partial<SyncRun['sync']>,
): Promise<{ facts: OutboxEntry[]; done: boolean }> {
  const reconnected = run.calendar.state === 'disconnected';
  if (writes.length === 0 && !reconnected) {
    run.sync = await saveSyncState(deps.table, run.calendar.id, { ...run.sync, ...succeeded(deps), ...learnt });
    return { facts: [], done: true };
  }

  const facts: OutboxEntry[] = [];
  const summary: ChangeSummary = { sync_id: run.id, created: 0, changed: 0, deleted: 0, since: run.startedAt };
  const chunks = chunk(writes);
  for (const [index, chunkWrites] of chunks.entries()) {
    const last = index === chunks.length - 1;
    // One chunk at least, so that every run gets somewhere.
    if (index > 0 && run.request.remainingMs() < reserveMs) return { facts, done: false };

    const events = stamp(deps, run, chunkWrites);
    if (index === 0 && events[0]) summary.since = events[0].updated_at;
    for (const { type } of events) summary[type] += 1;
    const sync = {
      ...run.sync,
      ...(last && { ...succeeded(deps), ...learnt }),
      last_change_at: events.at(-1)?.updated_at ?? run.sync.last_change_at,
    };
    const connection =
      last && reconnected
        ? { state: 'connected' as const, connection_failure_data: null, updated_at: deps.clock.stamp() }
        : undefined;
    const calendar = { ...run.calendar, ...connection };
    facts.length = 0;
    if (writes.length > 0) facts.push({ id: run.id, fact: eventsUpdate(calendar, sync, run.id, { ...summary }) });
    if (connection) {
      const id = deps.newId();
      facts.push({ id, fact: stateChange(calendar, sync, id) });
    }
    run.sync = await commitSync(deps.table, {
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
  return { last_attempted_sync_at: at, last_successful_sync_at: at };
}

/** `updated_at` of each event: the time of the commit, strictly growing within the calendar. */
function stamp({ clock }: SyncDeps, { sync }: SyncRun, writes: PlannedWrite[]): StampedWrite[] {
  const [now, last] = [clock.stamp(), sync.last_change_at];
  const first = last && last >= now ? addMicros(last, 1) : now;
  return writes.map((write, index) => ({ ...write, updated_at: addMicros(first, index) }));
}

/** At least one chunk, even of nothing: it carries the state of the connection. */
function chunk(writes: PlannedWrite[]): PlannedWrite[][] {
  const chunks: PlannedWrite[][] = [[]];
  let bytes = 0;
  for (const write of writes) {
    const size = write.type === 'deleted' ? 0 : packedSize(write.content);
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
