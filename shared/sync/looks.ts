import * as z from 'zod';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { lookTimingMs, syncTimingMs } from '../platform/timing.ts';
import { storedMicros, storedTimestamp } from '../store/stored-values.ts';
import type { SyncMessage } from './sync-message.ts';

/**
 * A push may come before its change is in the delta: by seconds, or by a quarter of an hour. So a push whose delta brought
 * nothing is looked at again, up to three times, until a change is found.
 */
export const looksSchema = z.object({
  /** When a reading last brought changes, except the first listing. Pushes in the minute after it are its duplicates. */
  changed_at: storedMicros.optional(),
  /** When the push was sent that no change has explained yet. */
  asked_at: storedMicros.optional(),
  /** The next look for that push, and how many came before it. */
  next_at: storedMicros.optional(),
  made: z.number().default(0),
  /** Looks that found nothing, as of a time. They fade with the days. */
  spent: z.object({ looks: z.number(), at: storedTimestamp }).optional(),
});
export type Looks = z.output<typeof looksSchema>;

export const noLooks: Looks = { made: 0 };

/** Pauses from the push to its looks. */
const { pauses } = lookTimingMs;
/** So many looks that found nothing are made at once. Then they come at the pace at which they fade. */
const mostSpent = pauses.length + 1;

/** A reading as the looks see it. */
export interface SeenReading {
  trigger: SyncMessage['trigger'];
  /** When the message was sent, in milliseconds since the epoch. */
  sentAt: number;
  /** The first listing brings everything: no push was about it. */
  isFirst: boolean;
  /** Did it bring any change? */
  isChange: boolean;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Is a look due? A little early counts: the clocks of functions differ. */
export const isLookDue = ({ next_at: nextAt }: Looks, now: number): boolean =>
  nextAt !== undefined && millisOf(nextAt) <= now + lookTimingMs.early;

/** The looks after a reading. One push at a time is looked after: the latest. */
export function nextLooks(looks: Looks, { trigger, sentAt, isFirst, isChange, now }: SeenReading): Looks {
  const at = timestampOf(now);
  const isLook = isLookDue(looks, now);
  if (isChange) {
    // A look that found something has proved its use.
    const { changed_at: before, spent } = looks;
    const changed_at = isFirst ? before : at;
    return { made: 0, ...(changed_at && { changed_at }), ...(spent && !isLook && { spent }) };
  }
  const looked = isLook ? { ...looks, made: looks.made + 1, spent: { looks: spentAt(looks, now) + 1, at } } : looks;
  if (trigger === 'push' && !isRepetition(looks, sentAt)) {
    return withNext(
      { ...looked, asked_at: timestampOf(sentAt), made: hasFew(looked, now) ? pauses.length - 1 : 0 },
      now,
    );
  }
  return isLook ? withNext(looked, now) : looks;
}

/** Is a push one more about a change that was just read, or about a push that is being looked after? */
const isRepetition = ({ changed_at, asked_at, next_at }: Looks, sentAt: number): boolean => {
  const since = timestampOf(Math.max(0, sentAt - syncTimingMs.pushPatience));
  return (changed_at ?? '') > since || (next_at !== undefined && (asked_at ?? '') > since);
};

function withNext(looks: Looks, now: number): Looks {
  const { next_at: _done, ...rest } = looks;
  const pause = pauses[looks.made];
  if (pause === undefined || looks.asked_at === undefined || spentAt(looks, now) > mostSpent - 1) return rest;
  return { ...rest, next_at: timestampOf(Math.max(now, millisOf(looks.asked_at) + pause)) };
}

/** With few looks left, only the last one is made, which most late changes have come by. */
const hasFew = (looks: Looks, now: number): boolean => spentAt(looks, now) + pauses.length > mostSpent;

const spentAt = ({ spent }: Looks, now: number): number =>
  spent ? Math.max(0, spent.looks - (now - millisOf(spent.at)) / lookTimingMs.fades) : 0;

/** A change that is not younger than an unexplained push was pushed: it came late. The time of a deletion is not known. */
export const isExplained = ({ asked_at: askedAt }: Looks, modified: Timestamp | null): boolean =>
  askedAt !== undefined && (modified === null || modified <= askedAt);
