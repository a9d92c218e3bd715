import type { SyncMessage } from '../../shared/sync/sync-message.ts';
import { isLongGroup, type SyncQueue } from '../../shared/sync/sync-queue.ts';
import type { SyncOutcome, SyncRequest } from '../../shared/sync/sync-run.ts';

interface Waiting {
  message: SyncMessage;
  group: string;
  sentAt: number;
  attempt: number;
  visibleAt: number;
}

/** A message whose work throws comes back after this time, so often at most. */
const failedPauseMs = 5_000;
const mostAttempts = 12;

/**
 * A sync queue as SQS has it: messages of a group are worked one at a time, in order, and a message that is retried, or whose
 * work throws, stays hidden for a while. `now` in milliseconds since the epoch.
 */
export function createSyncQueueInMemory(now: () => number) {
  const groups = new Map<string, Waiting[]>();
  const busy = new Set<string>();

  const add = (message: SyncMessage, group: string, visibleAt = now()): Promise<void> => {
    const own = groups.get(group) ?? [];
    groups.set(group, own);
    own.push({ message, group, sentAt: now(), attempt: 1, visibleAt });
    return Promise.resolve();
  };
  const queue: SyncQueue = {
    send: (message) => add(message, message.calendar_id),
    sendLook: ({ look_at: lookAt, ...message }) => add(message, `look:${message.calendar_id}`, lookAt),
    sendChange: (message) => add(message, `change:${message.calendar_id}`),
    sendLong: (message, group) => add(message, group),
    sendAll: (entries) => {
      for (const { message } of entries) void add(message, message.calendar_id);
      return Promise.resolve();
    },
  };

  const next = (): Waiting | undefined => {
    for (const [group, [first]] of groups) if (!busy.has(group) && first && first.visibleAt <= now()) return first;
    return undefined;
  };

  /** Works the first message that may be worked. @returns false when there is none */
  const workOne = async (work: (request: SyncRequest) => Promise<SyncOutcome>): Promise<boolean> => {
    const first = next();
    if (!first) return false;
    const { group, message, sentAt, attempt } = first;
    busy.add(group);
    try {
      const isLong = isLongGroup(group);
      const request = { ...message, sentAt, attempt, isLong, remainingMs: () => 100_000 };
      const outcome = await work(request).catch((error: unknown): SyncOutcome => {
        if (attempt === mostAttempts) throw error;
        return { kind: 'retry', delayMs: failedPauseMs };
      });
      if (outcome.kind === 'retry' && !isLong) {
        Object.assign(first, { attempt: attempt + 1, visibleAt: now() + outcome.delayMs });
        return true;
      }
      groups.get(group)?.shift();
      if (groups.get(group)?.length === 0) groups.delete(group);
      // A message that fails does not stay in a group of long runs.
      if (outcome.kind === 'retry') await add(message, `look:${message.calendar_id}`, now() + outcome.delayMs);
      return true;
    } finally {
      busy.delete(group);
    }
  };

  return {
    queue,
    /** Works with so many workers until no message may be worked. */
    drain: async (workers: number, work: (request: SyncRequest) => Promise<SyncOutcome>): Promise<void> => {
      const loop = async (): Promise<void> => {
        while (await workOne(work));
      };
      await Promise.all(Array.from({ length: workers }, loop));
      if (next()) await loop();
    },
    waiting: (): number => [...groups.values()].reduce((sum, own) => sum + own.length, 0),
    /** When the next message may be worked; infinite when there is none. */
    nextAt: (): number =>
      Math.min(...[...groups.values()].map(([first]) => first?.visibleAt ?? Number.POSITIVE_INFINITY)),
  };
}
