/** What has been started and must be ended. */
export type Closing = {
  add: (close: () => Promise<unknown>) => void;
  /** Ends everything, last started first; a failure does not keep the rest open. Later calls wait for the first. */
  close: () => Promise<void>;
};

export const createClosing = (log: (line: string) => void): Closing => {
  const closers: (() => Promise<unknown>)[] = [];
  let closed: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
      await close().catch((error: unknown) => log(`while ending: ${String(error)}`));
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
