import { callBots } from '../bots/bot-deps.ts';
import { packedSize } from '../events/event-row.ts';
import type { OutboxEntry } from '../notifications/outbox-row.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { type ChangeSummary, eventsUpdate, stateChange } from './calendar-notifications.ts';
import type { PlannedWrite } from './plan-changes.ts';
import { type PreparedCommit, prepareCommit } from './prepare-commit.ts';
import { logRun } from './record-run.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import { commitSync, eventsPerCommit, isOvertaken, saveSyncState } from './sync-store.ts';

/** The feed's row of a commit holds all its events, and an item has 400 KB, even if nothing of them compresses. */
const bytesPerCommit = 380_000;
/** A deleted event is in the feed as it was; most are smaller. */
const bytesPerDeletion = 4_000;

/** A run stops committing when so little of its time is left, and goes on in another one. */
const reserveMs = 15_000;

/** A notification not published by then is looked for. */
const outboxPatienceMs = 120_000;

/** So often a commit is decided anew because a bot was changed, or the feed did not wait for it. */
const attempts = 5;

/**
 * Writes the planned changes in transactions, each with the notification that tells of everything written so far, so that a
 * crash at any point loses no announcement; the last one also stores what the run learnt: the next sync token, and that
 * it succeeded. Bots follow their events in the same transactions. A run without changes costs one write.
 *
 * @param learnt to be stored when all is written @param isContact whether the provider was asked
 * @returns the notifications to publish, and whether all is written
 */
export async function commitChanges(
  deps: SyncDeps,
  run: SyncRun,
  writes: PlannedWrite[],
  { learnt, isContact }: { learnt: Partial<SyncRun['sync']>; isContact: boolean },
): Promise<{ notifications: OutboxEntry[]; done: boolean }> {
  const reconnected = run.calendar.state === 'disconnected';
  if (writes.length === 0 && !reconnected) {
    run.sync = await saveSyncState(deps.table, run.calendar.id, {
      ...run.sync,
      ...(isContact && succeeded(deps)),
      ...learnt,
      runs: await logRun(deps, run, 'ok'),
    });
    return { notifications: [], done: true };
  }

  let notifications: OutboxEntry[] = [];
  const botNotifications: OutboxEntry[] = [];
  let summary: ChangeSummary = { sync_id: run.id, created: 0, changed: 0, deleted: 0, since: run.startedAt };
  const chunks = chunk(writes);
  for (let commits = 0; chunks[0]; ) {
    // One chunk at least, so that every run gets somewhere.
    if (commits > 0 && run.request.remainingMs() < reserveMs) {
      run.sync = await saveSyncState(deps.table, run.calendar.id, { ...run.sync, runs: await logRun(deps, run, 'ok') });
      return { notifications: [...notifications, ...botNotifications], done: false };
    }
    const written = await whileOvertaken(async () => {
      const prepared = await prepareCommit(deps, run, chunks[0] ?? []);
      const isLast = chunks.length === 1 && prepared.later.length === 0;
      const told = await commitPrepared(deps, run, prepared, {
        summary: addTo(summary, prepared),
        learnt: isLast ? { ...(isContact && succeeded(deps)), ...learnt } : null,
        isReconnect: isLast && reconnected,
      });
      return { prepared, told };
    });
    const { later, botNotifications: newNotifications } = written.prepared;
    summary = addTo(summary, written.prepared);
    notifications = written.told;
    botNotifications.push(...newNotifications);
    commits += 1;
    if (later.length > 0) chunks[0] = later;
    else chunks.shift();
  }
  return { notifications: [...notifications, ...botNotifications], done: true };
}

/** A commit that was refused for what others did is decided and made again; nothing of it was written. */
async function whileOvertaken<Result>(commit: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await commit();
    } catch (error) {
      if (attempt === attempts || !isOvertaken(error)) throw error;
    }
  }
}

/** @param learnt null while more is to be written @returns the notifications that tell of all events written so far */
async function commitPrepared(
  deps: SyncDeps,
  run: SyncRun,
  { changes, botNotifications, later: _later, ...rows }: PreparedCommit,
  {
    summary,
    learnt,
    isReconnect,
  }: { summary: ChangeSummary; learnt: Partial<SyncRun['sync']> | null; isReconnect: boolean },
): Promise<OutboxEntry[]> {
  const tally = { ...run.tally };
  for (const { type } of changes) tally[type] += 1;
  const sync = {
    ...run.sync,
    ...(learnt && { ...learnt, runs: await logRun(deps, { ...run, tally }, 'ok') }),
    last_change_at: changes.at(-1)?.event.updated_at ?? run.sync.last_change_at,
    ...(isReconnect && run.sync.bot_work === 'parked' && { bot_work: 'restore' as const }),
  };
  const connection = isReconnect
    ? { state: 'connected' as const, connection_failure_data: null, updated_at: deps.clock.stamp() }
    : undefined;
  const calendar = { ...run.calendar, ...connection };
  const notifications: OutboxEntry[] = [];
  if (summary.created + summary.changed + summary.deleted > 0) {
    notifications.push({ id: run.id, notification: eventsUpdate(calendar, sync, run.id, summary) });
  }
  if (connection) {
    const id = deps.newId();
    notifications.push({ id, notification: stateChange(calendar, sync, id) });
  }
  run.sync = await commitSync(deps.table, {
    ...rows,
    calendar,
    sync,
    outbox: [...notifications, ...botNotifications],
    outboxDueAt: timestampOf(deps.clock.now() + outboxPatienceMs),
    ...(connection && { connection }),
  });
  run.calendar = calendar;
  // In place: requests are counted in the same object.
  for (const { type } of changes) run.tally[type] += 1;
  await callBots(
    deps,
    (rows.bots ?? []).flatMap(({ after }) => after ?? []),
  );
  return notifications;
}

/** The summary of a run with a commit more. */
function addTo(summary: ChangeSummary, { changes }: PreparedCommit): ChangeSummary {
  const isFirst = summary.created + summary.changed + summary.deleted === 0;
  const sum = { ...summary, ...(isFirst && changes[0] && { since: changes[0].event.updated_at }) };
  for (const { type } of changes) sum[type] += 1;
  return sum;
}

function succeeded({ clock }: SyncDeps) {
  const at = clock.stamp();
  return { last_attempted_sync_at: at, last_successful_sync_at: at, refusals: undefined };
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
