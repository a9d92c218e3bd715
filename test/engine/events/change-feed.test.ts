import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  noteChangeDay,
  openCommit,
  purgeChanges,
  readCommitTerms,
  readMarkers,
} from '../../../shared/events/change-feed/change-feed-store.ts';
import {
  type ChangeCursor,
  type ChangePage,
  type ListedChange,
  listCalendarChanges,
} from '../../../shared/events/change-feed/list-calendar-changes.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import { randomId } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { feedTimingMs } from '../../../shared/platform/timing.ts';
import { createProject } from '../../../shared/projects/create-project.ts';
import { changeShards } from '../../../shared/store/table-schema.ts';
import { commitSync } from '../../../shared/sync/commit-store.ts';
import { seenTimer } from '../../../shared/sync/seen-timer.ts';
import { createEventContent } from '../../support/event-content.ts';
import { type BotWriter, createFeedWriters, type FeedWriter } from '../../support/feed-writers.ts';
import { recordTableCalls } from '../../support/record-table-calls.ts';
import { useStack } from '../../support/use-stack.ts';
import { waitUntil } from '../../support/wait-until.ts';

const shards = Array.from({ length: changeShards }, (_, shard) => shard);
const runs = Number(process.env.KALENDS_CAMPAIGN_RUNS ?? 6);

const stack = useStack();

const clock = createClock();
const expiresAt = 4_000_000_000;

const { createWriters, createBotWriters, commit, changeBot, readAll, consume } = createFeedWriters(stack, clock);
const idsOf = (changes: ListedChange[]) => changes.map(({ change_id }) => change_id);

describe('the change feed', () => {
  const plan = fc.record({
    /** Per writer: how many changes each commit has, and how long it takes from its marker to the transaction. */
    writers: fc.array(
      fc.array(fc.record({ changes: fc.integer({ min: 1, max: 60 }), pauseMs: fc.nat(30), dies: fc.boolean() }), {
        maxLength: 6,
      }),
      { minLength: 2, maxLength: 6 },
    ),
    /** Changes of the bots of one event, beside the commits of the calendars. */
    bots: fc.array(fc.array(fc.record({ pauseMs: fc.nat(30), dies: fc.boolean() }), { maxLength: 6 }), {
      maxLength: 4,
    }),
    killedAfter: fc.array(fc.integer({ min: 2, max: 60 }), { maxLength: 5 }),
    isReadBefore: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    skews: fc.array(fc.integer({ min: -3000, max: 3000 }), { maxLength: 6 }),
  });

  it('delivers every change once and in order to a consumer that is killed and resumed while writers with other clocks commit', {
    timeout: 20_000 + runs * 20_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ writers: steps, bots: botSteps, killedAfter, skews, isReadBefore }) => {
        const { projectId, writers } = await createWriters(steps.length, skews);
        const bots = await createBotWriters(projectId, botSteps.length, skews);
        // Otherwise the first reader waits until all is committed.
        if (isReadBefore) await readAll(projectId);
        let isOver = false;
        const consumer = consume(projectId, { until: () => isOver, killedAfter });
        const changingBots = Promise.all(
          bots.map(async (bot, number) => {
            for (const { pauseMs, dies } of botSteps[number] ?? []) {
              await changeBot(bot, pauseMs, dies);
              if (dies) await changeBot(bot, 0, false);
            }
          }),
        );
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
        await changingBots;
        isOver = true;
        const seen = await consumer;
        const all = await readAll(projectId);
        const ofBots = all.filter(({ changed_fields }) => changed_fields.includes('bots'));
        expect(ofBots).toHaveLength(bots.reduce((sum, { committed }) => sum + committed, 0));
        if (bots[0]) expect(idsOf(await readAll(projectId, bots[0].calendar_id))).toEqual(idsOf(ofBots));
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
    const [slow, other] = writers as [FeedWriter, FeedWriter];
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
    const [slow] = writers as [FeedWriter];
    await expect(commit(slow, ['slow'], feedTimingMs.unmarkedCommit + 200, false)).rejects.toThrow('commit changed');
    expect(feedTimingMs.firstRead).toBeGreaterThan(feedTimingMs.unmarkedCommit);
  });

  it('waits for a commit whose in-flight marker is written, and delivers nothing beyond it', async () => {
    const { projectId, writers } = await createWriters(2);
    const [slow, fast] = writers as [FeedWriter, FeedWriter];
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

  it('waits for a change of a bot whose in-flight marker is written, and fences it after ten seconds', async () => {
    const { projectId, writers } = await createWriters(1);
    const [fast] = writers as [FeedWriter];
    const [bot] = (await createBotWriters(projectId, 1)) as [BotWriter];
    expect(await readAll(projectId)).toEqual([]);
    const { promise: pause, resolve: goOn } = Promise.withResolvers<void>();
    const slowly = changeBot(bot, pause, false);
    await waitUntil(async () => (await readMarkers(stack.table, projectId, shards)).length === 1);
    await commit(fast, ['fast'], 0, false);
    expect(await readAll(projectId)).toEqual([]);
    goOn();
    await slowly;
    const ofBot = { type: 'changed', changed_fields: ['bots'], event: { id: bot.calendar_event_id } };
    expect(await readAll(projectId)).toMatchObject([ofBot, { type: 'created', event: { name: 'fast' } }]);
    expect(await readAll(projectId, bot.calendar_id)).toMatchObject([ofBot]);

    const long = Promise.withResolvers<void>();
    const late = changeBot({ ...bot, skewMs: -11_000 }, long.promise, false);
    await waitUntil(async () => (await readMarkers(stack.table, projectId, shards)).length === 1);
    await commit(fast, ['faster'], 0, false);
    expect((await readAll(projectId)).at(-1)).toMatchObject({ event: { name: 'faster' } });
    long.resolve();
    await expect(late).rejects.toThrow('refused: feed marker');
  });

  it('waits for a commit no longer than ten seconds: then it is fenced, and fails as a whole', async () => {
    const { projectId, writers } = await createWriters(2);
    const [late, fast] = writers as [FeedWriter, FeedWriter];
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
      feed: {
        marker,
        changes: [{ type: 'created', changed_fields: [], event: stamped }],
        changeDays: new Set(),
        expiresAt,
      },
    });
    expect(result).toEqual({ kind: 'changed' });
  });

  it('refuses a cursor older than the stored changes, and begins without a cursor at the oldest one', async () => {
    const { projectId, writers } = await createWriters(1);
    const [writer] = writers as [FeedWriter];
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
    const [writer] = writers as [FeedWriter];
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
  const read = async (projectId: string): Promise<{ names: (string | null)[]; requests: number }> => {
    const recorded = recordTableCalls(stack.table);
    const feed = { table: recorded.table, clock, retentionDays: 30, pause: () => Promise.resolve() };
    const { changes } = await listCalendarChanges(feed, projectId, { calendarId: null, cursor: null });
    return { names: changes.map(({ event }) => event.name), requests: recorded.requests() };
  };
  /** The shards of today and the day before, twice; the markers; project and mark. */
  const least = 5 * changeShards + 5;

  it('costs requests for what there is: few in a new project, and in an old one that was quiet', async () => {
    const { projectId } = await createProject({ table: stack.table, clock }, 'new');
    for (const id of [projectId, randomId('proj')]) expect((await read(id)).requests).toBeLessThanOrEqual(least);
  });

  it('costs a query per shard, twice, for each day with changes in an old project', async () => {
    const { projectId, writers } = await createWriters(3);
    for (const [index, days] of [20, 10, 0].entries()) {
      const writer = writers[index] ?? expect.fail('no writer');
      writer.skewMs = -days * 86_400_000;
      await commit(writer, [`${days} days ago`], 0, false);
    }
    const { names, requests } = await read(projectId);
    expect(names).toEqual(['20 days ago', '10 days ago', '0 days ago']);
    expect(requests).toBeGreaterThan(least);
    expect(requests).toBeLessThanOrEqual(least + 2 * 2 * changeShards);
    expect((await readCommitTerms(stack.table, projectId)).changeDays.size).toBe(3);
  });

  it('forgets days whose changes have expired, and asks for no day twice', async () => {
    const project = randomId('proj');
    const note = (day: string, known: string[]) =>
      noteChangeDay(stack.table, project, { day, known: new Set(known), keptDays: 31 });
    await note('2026-01-01', []);
    await note('2026-01-31', ['2026-01-01']);
    await note('2026-02-04', ['2026-01-01', '2026-01-31']);
    expect([...(await readCommitTerms(stack.table, project)).changeDays]).toEqual(['2026-01-31', '2026-02-04']);
    const recorded = recordTableCalls(stack.table);
    await noteChangeDay(recorded.table, project, { day: '2026-02-04', known: new Set(['2026-02-04']), keptDays: 31 });
    expect(recorded.requests()).toBe(0);
  });
});
