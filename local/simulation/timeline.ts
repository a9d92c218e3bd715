interface Entry {
  at: number;
  run: () => void;
}

/** What happens in a simulation, in the order of its time: a binary heap. Times are milliseconds of simulated time. */
export class Timeline {
  readonly #heap: Entry[] = [];
  #now = 0;

  get now(): number {
    return this.#now;
  }

  /** @param at when it happens; a time that is over counts as now */
  add(at: number, run: () => void): void {
    const heap = this.#heap;
    const entry = { at: Math.max(at, this.#now), run };
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Entry;
      if (above.at <= entry.at) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  /** Runs everything until a time, and what it adds meanwhile. Entries of the same time run in any order. */
  runUntil(end: number): void {
    for (let first = this.#heap[0]; first && first.at <= end; first = this.#heap[0]) {
      this.#removeFirst();
      this.#now = first.at;
      first.run();
    }
    this.#now = end;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let index = 0;
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      const right = heap[child + 1];
      if (right && right.at < (heap[child] as Entry).at) child += 1;
      const below = heap[child] as Entry;
      if (below.at >= last.at) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }
}
