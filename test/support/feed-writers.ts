import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Calendar } from '../../shared/calendars/calendar.ts';
import { type ChangedBot, openBotsCommit } from '../../shared/events/change-feed/bots-change-store.ts';
import { openCommit } from '../../shared/events/change-feed/change-feed-store.ts';
import type { EventChange } from '../../shared/events/change-feed/event-change.ts';
import {
  type ChangeCursor,
  type ListedChange,
  listCalendarChanges,
} from '../../shared/events/change-feed/list-calendar-changes.ts';
import { type Clock, createClock } from '../../shared/platform/clock.ts';
import { type ProjectId, randomId } from '../../shared/platform/ids.ts';
import { addMicros, type Timestamp, timestampOf } from '../../shared/platform/timestamp.ts';
import type { Table } from '../../shared/store/table.ts';
import { transact } from '../../shared/store/transaction.ts';
import { commitSync } from '../../shared/sync/commit-store.ts';
import { seenTimer } from '../../shared/sync/seen-timer.ts';
import { initialSyncState, type SyncState } from '../../shared/sync/sync-state.ts';
import { createEventContent } from './event-content.ts';
import { seedCalendar, seedEvents } from './seed-events.ts';

export interface FeedWriter {
  calendar: Calendar;
  /** Its clock differs from the reader's by so many milliseconds. */
  skewMs: number;
  sync: SyncState;
  last: Timestamp;
  /** Names of the events it has committed, in order. */
  committed: string[];
}

/** A bot of an event, and how often users have seen it change. */
export interface BotWriter extends ChangedBot {
  skewMs: number;
  committed: number;
}

const expiresAt = 4_000_000_000;

/** Writers and readers of a change feed, by the calls that syncs, workers of bots and clients make. */
export function createFeedWriters(stack: { readonly table: Table }, clock: Clock) {
  const began = clock.now();

  /** Commits as a sync does. It may pause, or die, between its in-flight marker and the transaction. */
  async function commit(
    writer: FeedWriter,
    names: string[],
    pause: number | Promise<unknown>,
    dies: boolean,
  ): Promise<void> {
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
    // Begins shortly before the test.
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
  async function createWriters(
    count: number,
    skews: number[] = [],
  ): Promise<{ projectId: ProjectId; writers: FeedWriter[] }> {
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

  /** Bots of one event, which changes no more. */
  async function createBotWriters(projectId: ProjectId, count: number, skews: number[] = []): Promise<BotWriter[]> {
    const calendar = await seedCalendar(stack.table, projectId);
    const now = timestampOf(clock.now());
    const [event] = await seedEvents(stack.table, calendar, [{ start_time: now, end_time: now, created_at: now }]);
    return Array.from({ length: count }, (_, index) => ({
      id: randomId('bot'),
      project_id: projectId,
      calendar_id: calendar.id,
      calendar_event_id: event?.id ?? '',
      version: 0,
      skewMs: skews[index] ?? 0,
      committed: 0,
    }));
  }

  /** Commits as a change of a bot does. It may pause, or die, between its in-flight marker and the transaction. */
  async function changeBot(bot: BotWriter, pause: number | Promise<unknown>, dies: boolean): Promise<void> {
    const own = createClock(() => clock.now() + bot.skewMs);
    const opened = await openBotsCommit({ table: stack.table, clock: own, newId: randomUUID }, [bot]);
    await (typeof pause === 'number' ? sleep(pause) : pause);
    if (dies || Object.keys(opened.items).length === 0) return;
    const refused = await transact(stack.table, opened.items);
    if (refused.length > 0) throw new Error(`refused: ${refused.join()}`);
    bot.committed += 1;
    bot.version += 1;
  }

  return { createWriters, createBotWriters, commit, changeBot, readAll, consume };
}
