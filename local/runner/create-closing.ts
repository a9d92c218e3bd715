/** A list of started things that must be ended. */
export type Closing = {
  add: (close: () => Promise<unknown>) => void;
  /** Ends everything, the last started first. A failure is logged, and the rest is still ended. Later calls wait. */
  close: () => Promise<void>;
};

/** Makes an empty list. @param log receives the failures while ending */
export const createClosing = (log: (line: string) => void): Closing => {
  const closers: (() => Promise<unknown>)[] = [];
  let closed: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
      await close().catch((error: unknown) => log(`failed to end: ${String(error)}`));
    }
  };
  return {
    add: (close) => {
      closers.push(close);
    },
    close: () => {
      closed ??= closeAll();
      return closed;
    },
  };
};
