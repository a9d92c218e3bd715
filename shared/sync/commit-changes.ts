import { callBots } from '../bots/bot-deps.ts';
import type { Calendar } from '../calendars/calendar.ts';
import type { OutboxEntry } from '../notifications/outbox-row.ts';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import { commitLimits } from './commit-size.ts';
import { commitSync } from './commit-store.ts';
import { addToSummary, decideCommit } from './decide-commit.ts';
import type { SyncDecision } from './decide-sync.ts';
import { OvertakenRun } from './overtaken-run.ts';
import type { PlannedWrite } from './plan-changes.ts';
import { type PreparedCommit, prepareCommit } from './prepare-commit.ts';
import { recordRun } from './record-run.ts';
import { saveState } from './save-state.ts';
import type { ChangeSummary } from './state-outbox.ts';
import type { RunCounts } from './sync-log-entry.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';

export interface CommittedRun {
  /** Calendar and state as stored, with what is to be sent now. */
  calendar: Calendar;
  state: SyncState;
  /** Notifications about bots. */
  botOutbox: OutboxEntry[];
  counts: RunCounts;
  /** False when time ran out before all was written. */
  isDone: boolean;
}

/**
 * Commits a run's decision. A run without writes costs one write of the state. Otherwise the writes go into
 * transactions, each with the notification that summarizes all written so far, so that a crash at any point loses no
 * notification. The last one also stores the decided state: the next sync token, and that the run succeeded. Bots follow
 * their events in the same transactions.
 *
 * @param state as stored @param counts of what was read, and the `rows` that were read for it
 */
export async function commitChanges(
  deps: SyncDeps,
  run: SyncRun,
  state: SyncState,
  {
    decision,
    counts,
    isContact,
    rows,
  }: {
    decision: SyncDecision;
    counts: RunCounts;
    isContact: boolean;
    rows: ReadonlyMap<string, Record<string, unknown>>;
  },
): Promise<CommittedRun> {
  const isReconnect = run.calendar.state === 'disconnected';
  const success = (): Partial<SyncState> => {
    const at = deps.clock.stamp();
    return isContact ? { last_attempted_sync_at: at, last_successful_sync_at: at, failing: undefined } : {};
  };
  const progress: Progress = {
    state,
    counts,
    summary: { sync_id: run.id, created: 0, changed: 0, deleted: 0, since: run.began },
    hasBotRules: false,
    calendar: run.calendar,
    botOutbox: [],
  };
  const end = (at: Progress, isDone: boolean): CommittedRun => ({
    calendar: at.calendar,
    state: at.state,
    botOutbox: at.botOutbox,
    counts: at.counts,
    isDone,
  });
  const isNews = isContact && (!state.last_successful_sync_at || state.failing?.announced === true);
  if (decision.writes.length === 0 && !isReconnect && !isNews) {
    const logged = await recordRun(deps, run, state, { outcome: 'ok', counts });
    return end(
      { ...progress, state: await saveState(deps, run, { ...decision.state, ...success(), ...logged }) },
      true,
    );
  }

  let current = progress;
  const chunks = chunk(decision.writes);
  while (chunks[0]) {
    const writes = chunks[0];
    // At least one chunk, so that every run makes progress.
    if (current !== progress && run.request.remainingMs() < syncTimingMs.commitReserve) {
      const logged = await recordRun(deps, run, current.state, { outcome: 'ok', counts: current.counts });
      return end({ ...current, state: await saveState(deps, run, { ...current.state, ...logged }) }, false);
    }
    const before = current;
    let known = rows;
    // A commit that was refused because of others is prepared again. Nothing of it was written.
    const { later, ...after } = await retryLostRace(async () => {
      const prepared = await prepareCommit(deps, run, before.state, writes, known);
      known = new Map();
      const isLast = chunks.length === 1 && prepared.later.length === 0;
      return commitPrepared(deps, run, before, prepared, isLast && { ...decision.state, ...success() });
    });
    current = after;
    chunks.shift();
    if (later.length > 0) chunks.unshift(...rechunk(later, writes.length - later.length));
  }
  return end(current, true);
}

/** How far a run's commits have come. */
interface Progress {
  state: SyncState;
  counts: RunCounts;
  summary: ChangeSummary;
  hasBotRules: boolean;
  calendar: Calendar;
  botOutbox: OutboxEntry[];
}

/** @param last the state that the last commit stores, false while more is to be written */
async function commitPrepared(
  deps: SyncDeps,
  run: SyncRun,
  before: Progress,
  { changes, botNotifications, hasBotRules: hasRules, later, ...rows }: PreparedCommit,
  last: SyncState | false,
): Promise<(Progress & { later: PlannedWrite[] }) | typeof lostRace> {
  const summary = addToSummary(before.summary, changes);
  const hasBotRules = before.hasBotRules || hasRules;
  const counts = { ...before.counts };
  for (const { type } of changes) counts[type] += 1;
  const { version, last_change_at, outbox } = before.state;
  const state = last
    ? {
        ...last,
        version,
        last_change_at,
        outbox,
        ...(await recordRun(deps, run, before.state, { outcome: 'ok', counts })),
      }
    : before.state;
  const isReconnect = last !== false && run.calendar.state === 'disconnected';
  const isFirst = !before.state.last_successful_sync_at && state.last_successful_sync_at !== undefined;
  const isRecovered = before.state.failing?.announced === true && !state.failing;
  const { calendar } = run;
  const decision = decideCommit(calendar, state, {
    changes,
    summary,
    hasBotRules,
    reconnect: isReconnect ? { at: deps.clock.stamp(), id: deps.newId(), messageId: deps.newId() } : null,
    recoveredId: isRecovered ? deps.newId() : null,
    firstId: isFirst ? deps.newId() : null,
  });
  const committed = await commitSync(deps.table, {
    ...rows,
    ...(decision.connection && { connection: decision.connection }),
    sync: decision.state,
    timer: run.timer,
    calendar,
    ...(botNotifications.length > 0 && { botOutbox: { entries: botNotifications, dueAt: outboxDueAt(deps) } }),
  });
  if (committed.kind === 'changed') return lostRace;
  if (committed.kind === 'lost') throw new OvertakenRun('the sync state was written meanwhile');
  const bots = (rows.bots ?? []).flatMap(({ after }) => after ?? []);
  await callBots(deps, bots);
  const botOutbox = [...before.botOutbox, ...botNotifications];
  const stored = { ...before.calendar, ...decision.connection };
  return { state: committed.sync, counts, summary, hasBotRules, calendar: stored, botOutbox, later };
}

/** When a row of the outbox that was not published is looked for. */
const outboxDueAt = ({ clock }: Pick<SyncDeps, 'clock'>): Timestamp =>
  timestampOf(clock.now() + syncTimingMs.outboxPatience);

/** As many writes as a transaction has rows at most. At least one chunk, even without writes: it carries the state. */
function chunk(writes: PlannedWrite[]): PlannedWrite[][] {
  const chunks = [writes.slice(0, commitLimits.rows)];
  for (let index = commitLimits.rows; index < writes.length; index += commitLimits.rows) {
    chunks.push(writes.slice(index, index + commitLimits.rows));
  }
  return chunks;
}

/**
 * The writes that did not fit, twice as many at a time as have just fitted: each preparation reads the rows of all its
 * writes.
 */
function rechunk(later: PlannedWrite[], fitted: number): PlannedWrite[][] {
  const size = 2 * fitted;
  return later.length > size ? [later.slice(0, size), later.slice(size)] : [later];
}
