import { expect, it } from 'vitest';
import { createClock } from '../../shared/platform/clock.ts';
import { newCalendarId } from '../../shared/platform/ids.ts';
import { timestampOf } from '../../shared/platform/timestamp.ts';
import { writeAll } from '../../shared/store/write-all.ts';
import type { SyncQueue } from '../../shared/sync/sync-queue.ts';
import { initialSyncState } from '../../shared/sync/sync-state.ts';
import { writeSyncState } from '../../shared/sync/sync-state-row.ts';
import { syncTimerTarget } from '../../shared/sync/sync-timer-target.ts';
import { type DispatchDeps, dispatchTimers, type TimerTarget } from '../../shared/timers/dispatch-timers.ts';
import { useStack } from '../support/use-stack.ts';

const noTarget: TimerTarget = { lookAheadMs: 0, leaseMs: 0, send: () => Promise.reject(new Error('not its work')) };

/** `npm run campaign` drains 20,000 rows; a few belong to every test run. */
const rows = process.env.KALENDS_CAMPAIGN_RUNS ? 20_000 : 500;

const stack = useStack();

it(`${rows} due calendars are handed over once each by two dispatchers, though some messages are lost`, {
  timeout: 600_000,
}, async () => {
  const now = Date.UTC(2030, 0, 1);
  const ids = Array.from({ length: rows }, () => newCalendarId());
  // All of one hour.
  const due = (index: number) => timestampOf(now - Math.floor((index / rows) * 3_600_000));
  const seeding = performance.now();
  await writeAll(
    stack.table,
    ids.map((id, index) => ({
      PutRequest: { Item: writeSyncState({ id, platform: 'google' }, initialSyncState(due(index))) },
    })),
  );
  const seeded = performance.now();

  const sent: string[] = [];
  let requests = 0;
  let isUnreliable = true;
  const queue: SyncQueue = {
    sendLook: () => Promise.reject(new Error('no looks here')),
    send: () => Promise.reject(new Error('one by one is too slow')),
    sendChange: () => Promise.reject(new Error('no changes here')),
    sendLong: () => Promise.reject(new Error('no long runs here')),
    sendAll: async (entries) => {
      requests += 1;
      // As a dispatcher that dies between claim and message does, and a queue that does not answer.
      if (isUnreliable && requests % 40 === 0) throw new Error('the queue is away');
      sent.push(...entries.map(({ message }) => message.calendar_id));
    },
  };
  let failures = 0;
  const deps = (at: number): DispatchDeps => ({
    table: stack.table,
    targets: {
      'google-sync': syncTimerTarget(queue),
      'microsoft-sync': noTarget,
      delivery: noTarget,
      bot: noTarget,
      follow: noTarget,
    },
    clock: createClock(() => at),
    logger: {
      error: () => {
        failures += 1;
      },
    },
  });
  const drain = async (at: number): Promise<number> => {
    const counts = await Promise.all([
      dispatchTimers(deps(at), () => 300_000),
      dispatchTimers(deps(at + 1), () => 300_000),
    ]);
    return counts.reduce((sum, count) => sum + count, 0);
  };

  const first = await drain(now);
  const seconds = (performance.now() - seeded) / 1000;
  expect(new Set(sent).size).toBe(sent.length);
  expect(sent).toHaveLength(first);
  expect(rows - first).toBe(rows - sent.length);
  expect(failures).toBeGreaterThan(0);
  // What was claimed and not sent comes up again when the claims end, and only that.
  const lost = new Set<string>(ids.filter((id) => !sent.includes(id)));
  isUnreliable = false;
  sent.length = 0;
  await drain(now + 6 * 60_000);
  expect(new Set(sent.filter((id) => lost.has(id)))).toEqual(lost);
  process.stdout.write(
    `${rows} due rows: seeded in ${((seeded - seeding) / 1000).toFixed(1)} s, drained in ${seconds.toFixed(1)} s (${Math.round(rows / seconds)}/s); ${lost.size} of them lost on their way, and handed over again\n`,
  );
});
