import { type Timestamp, timestampOf } from './timestamp.ts';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** The present instant with microseconds: never the same twice in a process, never with a zero fraction. */
  stamp(): Timestamp;
}

export function createClock(now: () => number = Date.now): Clock {
  let sequence = 0;
  return {
    now,
    stamp: () => {
      sequence = (sequence % 999) + 1;
      return timestampOf(now(), sequence);
    },
  };
}
