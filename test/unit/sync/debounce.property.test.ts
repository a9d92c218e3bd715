import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { isNeedless } from '../../../shared/sync/needs.ts';
import { pushBucket } from '../../../shared/sync/sync-queue.ts';
import type { SyncRequest } from '../../../shared/sync/sync-run.ts';
import type { SyncState } from '../../../shared/sync/sync-state.ts';
import { calendar, now, syncedState } from './sync-fixtures.ts';

/** The defaults of `infra/config.ts`. */
const widthMs = 500;
const delayMs = 1_000;

const change = fc.record({
  /** From the change before it. */
  gapMs: fc.oneof(fc.integer({ min: 5, max: 450 }), fc.integer({ min: 5, max: 1_500 })),
  /** From the change to its push at a receiver. */
  pushMs: fc.integer({ min: 0, max: 50 }),
});
const run = fc.record({
  /** From the delivery of the message to the beginning of the reading, and from there to the run's end. */
  prepareMs: fc.integer({ min: 0, max: 1_500 }),
  readMs: fc.integer({ min: 5, max: 1_000 }),
  fails: fc.nat(9).map((part) => part === 0),
});
/** A clock is off by less than `clockSkew`. */
const skew = fc.integer({ min: 0, max: 190 });
/** Clocks of two receivers and of the worker. */
const clocks = fc.tuple(skew, skew, skew);

interface Message {
  deduplication: string;
  request: SyncRequest;
  deliveredAt: number;
}

/** What the queue makes of the pushes: one message per bucket. */
function enqueue(pushedAt: number[], skews: number[]): Message[] {
  const messages = new Map<string, Message>();
  for (const [index, at] of pushedAt.entries()) {
    const { deduplication, endsAt } = pushBucket('channel', at + (skews[index % skews.length] ?? 0), widthMs);
    if (messages.has(deduplication)) continue;
    const request = {
      calendar_id: calendar.id,
      trigger: 'push',
      bucket_ends_at: endsAt,
      sentAt: at,
      attempt: 1,
      remainingMs: () => 60_000,
    } as const;
    messages.set(deduplication, { deduplication, request, deliveredAt: at + delayMs });
  }
  return [...messages.values()];
}

it('every change that was pushed is in a reading that began after it, however pushes and runs meet', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 499 }),
      fc.array(change, { minLength: 1, maxLength: 12 }),
      fc.array(run, { minLength: 1, maxLength: 12 }),
      clocks,
      (phaseMs, changes, runs, [first, second, worker]) => {
        let at = now + phaseMs;
        const changedAt = changes.map(({ gapMs }) => (at += gapMs));
        const pushedAt = changes.map(({ pushMs }, index) => (changedAt[index] ?? 0) + pushMs).sort((a, b) => a - b);
        let sync: SyncState = { ...syncedState };
        let freeAt = 0;
        let lastReadAt = 0;
        let runNumber = 0;
        for (const { request, deliveredAt } of enqueue(pushedAt, [first, second])) {
          for (let isDone = false; !isDone; ) {
            const startedAt = Math.max(deliveredAt, freeAt);
            freeAt = startedAt + 1;
            if (isNeedless({ calendar, sync }, request, timestampOf(startedAt))) break;
            const { prepareMs, readMs, fails } = runs[runNumber % runs.length] ?? expect.fail('no run');
            isDone = !fails || runNumber >= runs.length;
            runNumber += 1;
            const readAt = startedAt + prepareMs;
            freeAt = readAt + readMs;
            if (!isDone) continue;
            lastReadAt = readAt;
            sync = { ...sync, last_served_at: timestampOf(readAt + worker) };
          }
        }
        expect(lastReadAt).toBeGreaterThanOrEqual(changedAt.at(-1) ?? 0);
      },
    ),
    { numRuns: 2_000 },
  );
});
