/** The local clock. Functions read it through the shared buffer when they ask for the time. */
export type LocalClock = {
  /** Shared with every worker thread: the milliseconds to add to the real time, as one 64-bit integer. */
  buffer: SharedArrayBuffer;
  /** Local time in milliseconds since the epoch. */
  now: () => number;
  /** Milliseconds the clock is ahead of the real time. */
  offset: () => number;
  /** Moves the clock forward by a number of milliseconds ≥ 0. */
  advance: (milliseconds: number) => void;
  /** Converts a real time to the local time of that moment, in milliseconds: later jumps do not count. */
  localTimeAt: (realTime: number) => number;
};

/** Reads the offset in a shared clock buffer, in milliseconds. */
export const readClockOffset = (buffer: SharedArrayBuffer): number =>
  Number(Atomics.load(new BigInt64Array(buffer), 0));

/** Makes a clock that starts `initialOffset` milliseconds ahead of the real time. */
export const createClock = (initialOffset = 0, realNow: () => number = Date.now): LocalClock => {
  const buffer = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
  const cell = new BigInt64Array(buffer);
  Atomics.store(cell, 0, BigInt(initialOffset));
  const jumps = [{ since: Number.NEGATIVE_INFINITY, offset: initialOffset }];
  const offset = (): number => readClockOffset(buffer);
  return {
    buffer,
    offset,
    now: () => realNow() + offset(),
    advance: (milliseconds) => {
      Atomics.add(cell, 0, BigInt(Math.round(milliseconds)));
      jumps.push({ since: realNow(), offset: offset() });
    },
    localTimeAt: (realTime) => realTime + (jumps.findLast((jump) => jump.since <= realTime)?.offset ?? initialOffset),
  };
};
