/** Requests in the latest part of time, by name. */
export type SlidingWindow = {
  /** Has the name as many requests in the window as it may? */
  isFull(name: string, most: number): boolean;
  add(name: string): void;
};

/** Counts requests in a sliding window. */
export function createSlidingWindow(now: () => number, windowMs: number): SlidingWindow {
  const times = new Map<string, number[]>();
  return {
    isFull(name, most) {
      const all = times.get(name) ?? [];
      // They are in the order of time.
      const recent = all.slice(all.findLastIndex((at) => at <= now() - windowMs) + 1);
      times.set(name, recent);
      return recent.length >= most;
    },
    add(name) {
      const all = times.get(name);
      if (all) all.push(now());
      else times.set(name, [now()]);
    },
  };
}
