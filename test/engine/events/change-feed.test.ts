import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Calendar } from '../../../shared/calendars/calendar.ts';
import { openCommit, purgeChanges, readMarkers } from '../../../shared/events/change-feed/change-feed-store.ts';
import type { EventChange } from '../../../shared/events/change-feed/event-change.ts';
import {
  type ChangeCursor,
  type ChangePage,
  type ListedChange,
  listCalendarChanges,
} from '../../../shared/events/change-feed/list-calendar-changes.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import { randomId } from '../../../shared/platform/ids.ts';
import { addMicros, type Timestamp, timestampOf } from '../../../shared/platform/timestamp.ts';
import { feedTimingMs } from '../../../shared/platform/timing.ts';
import { createProject } from '../../../shared/projects/create-project.ts';
import { changeShards } from '../../../shared/store/table-schema.ts';
import { commitSync } from '../../../shared/sync/commit-store.ts';
import { seenTimer } from '../../../shared/sync/seen-timer.ts';
import { initialSyncState, type SyncState } from '../../../shared/sync/sync-state.ts';
import { createEventContent } from '../../support/event-content.ts';
import { recordTableCalls } from '../../support/record-table-calls.ts';
import { seedCalendar } from '../../support/seed-events.ts';
import { useStack } from '../../support/use-stack.ts';
import { waitUntil } from '../../support/wait-until.ts';

const shards = Array.from({ length: changeShards }, (_, shard) => shard);
const runs = Number(process.env.KALENDS_CAMPAIGN_RUNS ?? 6);

const stack = useStack();

const clock = createClock();
const began = clock.now();
const expiresAt = 4_000_000_000;

interface Writer {
  calendar: Calendar;
  /** Its clock differs from the reader's by so many milliseconds. */
  skewMs: number;
  sync: SyncState;
  last: Timestamp;
  /** Names of the events it has committed, in order. */
  committed: string[];
}

/** Commits as a sync does. It may pause, or die, between its in-flight marker and the transaction. */
async function commit(writer: Writer, names: string[], pause: number | Promise<unknown>, dies: boolean): Promise<void> {
  const { calendar } = writer;
  const marker = randomUUID();
  const own = createClock(() => clock.now() + writer.skewMs);
  const { after, ...open } = await openCommit(stack.table, calendar, {
    name: marker,
    openedAt: timestampOf(own.now()),
    expiresAt,
  });
  const mark = after ?? '';
  const [now, last] = [own.stamp(), (writer.last > mark ? writer.last : mark) as Timestamp];
  const first = last >= now ? addMicros(last, 1) : now;
  await (typeof pause === 'number' ? sleep(pause) : pause);
  if (dies) return;
  const changes = names.map((name, index): EventChange => {
    const updated_at = addMicros(first, index);
    const event = { ...createEventContent({ name }), id: randomId('evt'), calendar_id: calendar.id };
    return {
      type: 'created',
      changed_fields: [],
      event: { ...event, is_deleted: false, created_at: updated_at, updated_at },
    };
  });
  const [head, ...rest] = changes;
  if (!head) return;
  const result = await commitSync(stack.table, {
    calendar,
    sync: writer.sync,
    timer: seenTimer(writer.sync),
    events: [],
    feed: { ...open, changes: [head, ...rest], expiresAt },
  });
  if (result.kind !== 'committed') throw new Error(`commit ${result.kind}`);
  writer.sync = result.sync;
  writer.last = changes.at(-1)?.event.updated_at ?? writer.last;
  writer.committed.push(...names);
}

const deps = () => ({ table: stack.table, clock, retentionDays: 30, pause: (ms: number) => sleep(ms) });

/** Reads on until the end; keeps its cursor only now and then, and begins there again when it is killed. */
async function consume(
  projectId: string,
  {
    until,
    killedAfter,
    calendarId = null,
  }: { until: () => boolean; killedAfter: number[]; calendarId?: string | null },
): Promise<ListedChange[]> {
  // Begins shortly before the test: reading a month of empty days would take longer than the writers do.
  const start: ChangeCursor = { position: timestampOf(began - 10_000), index: -1 };
  let kept: { seen: ListedChange[]; cursor: ChangeCursor } = { seen: [], cursor: start };
  let current = kept;
  for (let page = 1; ; page += 1) {
    const isLast = until();
    const { changes, next, hasMore } = await listCalendarChanges(deps(), projectId, {
      calendarId,
      cursor: current.cursor,
    });
    current = { seen: [...current.seen, ...changes], cursor: next };
    if (page % 2 === 0) kept = current;
    if (killedAfter.includes(page)) current = kept;
    if (isLast && !hasMore && !killedAfter.includes(page)) return current.seen;
    await sleep(2);
  }
}

const readAll = (projectId: string, calendarId: string | null = null) =>
  consume(projectId, { until: () => true, killedAfter: [], calendarId });
const idsOf = (changes: ListedChange[]) => changes.map(({ change_id }) => change_id);

async function createWriters(count: number, skews: number[] = []): Promise<{ projectId: string; writers: Writer[] }> {
  const projectId = randomId('proj');
  const calendars = await Promise.all(Array.from({ length: count }, () => seedCalendar(stack.table, projectId)));
  return {
    projectId,
    writers: calendars.map((calendar, index) => ({
      calendar,
      skewMs: skews[index] ?? 0,
      sync: initialSyncState(),
      last: '' as Timestamp,
      committed: [],
    })),
  };
}

describe('the change feed', () => {
  const plan = fc.record({
    /** Per writer: how many changes each commit has, and how long it takes from its marker to the transaction. */
    writers: fc.array(
      fc.array(fc.record({ changes: fc.integer({ min: 1, max: 60 }), pauseMs: fc.nat(30), dies: fc.boolean() }), {
        maxLength: 6,
      }),
      { minLength: 2, maxLength: 6 },
    ),
    killedAfter: fc.array(fc.integer({ min: 2, max: 60 }), { maxLength: 5 }),
    skews: fc.array(fc.integer({ min: -3000, max: 3000 }), { maxLength: 6 }),
  });

  it('delivers every change once and in order to a consumer that is killed and resumed while writers with other clocks commit', {
    timeout: 20_000 + runs * 10_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ writers: steps, killedAfter, skews }) => {
        const { projectId, writers } = await createWriters(steps.length, skews);
        let isOver = false;
        const consumer = consume(projectId, { until: () => isOver, killedAfter });
        await Promise.all(
          writers.map(async (writer, number) => {
            for (const [index, { changes, pauseMs, dies }] of (steps[number] ?? []).entries()) {
              const names = Array.from({ length: changes }, (_, change) => `${number}/${index}/${change}`);
              await commit(writer, names, pauseMs, dies);
              // A run that died is made again, because its message is redelivered.
              if (dies) await commit(writer, names, 0, false);
            }
          }),
        );
        isOver = true;
        const seen = await consumer;
        const all = await readAll(projectId);
        expect(idsOf(seen)).toEqual(idsOf(all));
        expect(new Set(idsOf(all)).size).toBe(all.length);
        for (const { calendar, committed } of writers) {
          const own = all.filter(({ event }) => event.calendar_id === calendar.id);
          expect(own.map(({ event }) => event.name)).toEqual(committed);
          expect(idsOf(await readAll(projectId, calendar.id))).toEqual(idsOf(own));
        }
      }),
      { numRuns: runs, endOnFailure: true },
    );
  });

  it('that is read first waits for commits without a marker, and finds what they have stored by calendar', async () => {
    const { projectId, writers } = await createWriters(2);
    const [slow, other] = writers as [Writer, Writer];
    await commit(other, ['before'], 0, false);
    const slowly = commit(slow, ['slow'], 1_500, false);
    await sleep(300);
    const first = readAll(projectId);
    await sleep(300);
    await commit(other, ['marked'], 0, false);
    await slowly;
    expect(new Set((await first).map(({ event }) => event.name))).toEqual(new Set(['before', 'marked', 'slow']));
    expect((await readAll(projectId, slow.calendar.id)).map(({ event }) => event.name)).toEqual(['slow']);
    expect((await readAll(projectId, other.calendar.id)).map(({ event }) => event.name)).toEqual(['before', 'marked']);

    const { commits = [] } = other.sync;
    expect(commits).toHaveLength(2);
    expect(await purgeChanges(stack.table, other.calendar, commits, () => false)).toBe(false);
    expect(await purgeChanges(stack.table, other.calendar, commits, () => true)).toBe(true);
    expect((await readAll(projectId)).map(({ event }) => event.name)).toEqual(['slow']);
  });

  it('is not joined by a commit without a marker that takes longer than its first reader waits', async () => {
    const { writers } = await createWriters(1);
    const [slow] = writers as [Writer];
    await expect(commit(slow, ['slow'], feedTimingMs.unmarkedCommit + 200, false)).rejects.toThrow('commit changed');
    expect(feedTimingMs.firstRead).toBeGreaterThan(feedTimingMs.unmarkedCommit);
  });

  it('waits for a commit whose in-flight marker is written, and delivers nothing beyond it', async () => {
    const { projectId, writers } = await createWriters(2);
    const [slow, fast] = writers as [Writer, Writer];
    expect(await readAll(projectId)).toEqual([]);
    const { promise: pause, resolve: goOn } = Promise.withResolvers<void>();
    const slowly = commit(slow, ['slow'], pause, false);
    await waitUntil(async () => (await readMarkers(stack.table, projectId, shards)).length === 1);
    await commit(fast, ['fast'], 0, false);
    expect(await readAll(projectId)).toEqual([]);
    goOn();
    await slowly;
    expect((await readAll(projectId)).map(({ event }) => event.name)).toEqual(['slow', 'fast']);
  });

  it('waits for a commit no longer than ten seconds: then it is fenced, and fails as a whole', async () => {
    const { projectId, writers } = await createWriters(2);
    const [late, fast] = writers as [Writer, Writer];
    const marker = randomUUID();
    expect(await readAll(projectId)).toEqual([]);
    await openCommit(stack.table, late.calendar, {
      name: marker,
      openedAt: timestampOf(clock.now() - 11_000),
      expiresAt,
    });
    await commit(fast, ['fast'], 0, false);
    expect((await readAll(projectId)).map(({ event }) => event.name)).toEqual(['fast']);
    const event = { ...createEventContent(), id: 'evt_1' as const, calendar_id: late.calendar.id, is_deleted: false };
    const stamped = { ...event, created_at: clock.stamp(), updated_at: clock.stamp() };
    const result = await commitSync(stack.table, {
      calendar: late.calendar,
      sync: late.sync,
      timer: seenTimer(late.sync),
      events: [],
      feed: { marker, changes: [{ type: 'created', changed_fields: [], event: stamped }], expiresAt },
    });
    expect(result).toEqual({ kind: 'changed' });
  });

  it('refuses a cursor older than the stored changes, and begins without a cursor at the oldest one', async () => {
    const { projectId, writers } = await createWriters(1);
    const [writer] = writers as [Writer];
    await commit(writer, ['one'], 0, false);
    const later = {
      table: stack.table,
      clock: createClock(() => Date.now() + 31 * 86_400_000),
      retentionDays: 30,
      pause: sleep,
    };
    const page = await listCalendarChanges(later, projectId, { calendarId: null, cursor: null });
    expect(page.changes).toEqual([]);
    const old = { position: `${timestampOf(clock.now() - 1000)}#x`, index: 0 };
    await expect(listCalendarChanges(later, projectId, { calendarId: null, cursor: old })).rejects.toMatchObject({
      code: 'cursor_expired',
    });
  });

  it('takes a consumer over idle weeks to the present, and never refuses one that keeps reading', async () => {
    const { projectId, writers } = await createWriters(1);
    const [writer] = writers as [Writer];
    await commit(writer, ['before'], 0, false);
    let at = Date.now();
    const idle = { table: stack.table, clock: createClock(() => at), retentionDays: 30, pause: sleep };
    const seen: ListedChange[] = [];
    let cursor: ChangeCursor | null = null;
    for (let week = 0; week < 10; week += 1) {
      let hasMore = true;
      while (hasMore) {
        const page: ChangePage = await listCalendarChanges(idle, projectId, { calendarId: null, cursor });
        seen.push(...page.changes);
        ({ next: cursor, hasMore } = page);
      }
      at += 7 * 86_400_000;
    }
    expect(seen.map(({ event }) => event.name)).toEqual(['before']);
  });
});

describe('the first read of a change feed', () => {
  it('costs requests for what there is: few in a new project, and an empty day once in an old one', async () => {
    const cost = async (projectId: string): Promise<number> => {
      const recorded = recordTableCalls(stack.table);
      const feed = { table: recorded.table, clock, retentionDays: 30, pause: () => Promise.resolve() };
      await listCalendarChanges(feed, projectId, { calendarId: null, cursor: null });
      return recorded.requests();
    };
    const { projectId } = await createProject({ table: stack.table, clock }, 'new');
    // The shards of today and the day before, twice; the markers; project and mark.
    expect(await cost(projectId)).toBeLessThanOrEqual(5 * changeShards + 5);
    expect(await cost(randomId('proj'))).toBeLessThanOrEqual((31 + 4) * changeShards + 5);
  });
});
