import type { Timeline } from './timeline.ts';

/** What happened at a station. */
export interface StationFigures {
  name: string;
  served: number;
  /** The longest that a message has waited, those included that still wait: the age of the oldest one, milliseconds. */
  oldestMs: number;
  /** Messages that waited at the same time, at most. */
  longestQueue: number;
  workers: number;
  /** Workers that were busy at the same time, at most. */
  mostBusy: number;
  /** Share of its workers that were busy on average, from 0 to 1. */
  utilization: number;
}

/** A queue and the function that works it, one message in each of so many workers. */
export class Station {
  readonly #name: string;
  readonly #workers: number;
  readonly #timeline: Timeline;
  /** Arrivals that wait, from `#head` on. */
  #waiting: { since: number; serviceMs: number; done: (() => void) | undefined }[] = [];
  #head = 0;
  #busy = 0;
  #mostBusy = 0;
  #busyMs = 0;
  #served = 0;
  #oldestMs = 0;
  #longestQueue = 0;

  constructor(name: string, workers: number, timeline: Timeline) {
    this.#name = name;
    this.#workers = workers;
    this.#timeline = timeline;
  }

  /** A message arrives now. @param done called when it has been worked */
  arrive(serviceMs: number, done?: () => void): void {
    if (this.#busy < this.#workers) {
      this.#start(serviceMs, done);
      return;
    }
    this.#waiting.push({ since: this.#timeline.now, serviceMs, done });
    this.#longestQueue = Math.max(this.#longestQueue, this.#waiting.length - this.#head);
  }

  figures(): StationFigures {
    const now = this.#timeline.now;
    const oldest = this.#waiting[this.#head];
    return {
      name: this.#name,
      served: this.#served,
      oldestMs: Math.max(this.#oldestMs, oldest ? now - oldest.since : 0),
      longestQueue: this.#longestQueue,
      workers: this.#workers,
      mostBusy: this.#mostBusy,
      utilization: now > 0 ? this.#busyMs / (now * this.#workers) : 0,
    };
  }

  #start(serviceMs: number, done: (() => void) | undefined): void {
    this.#busy += 1;
    this.#mostBusy = Math.max(this.#mostBusy, this.#busy);
    this.#timeline.add(this.#timeline.now + serviceMs, () => {
      this.#busy -= 1;
      this.#busyMs += serviceMs;
      this.#served += 1;
      done?.();
      this.#startNext();
    });
  }

  #startNext(): void {
    const next = this.#waiting[this.#head];
    if (!next) return;
    this.#head += 1;
    // The part that was worked is cut off now and then.
    if (this.#head > 10_000 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    this.#oldestMs = Math.max(this.#oldestMs, this.#timeline.now - next.since);
    this.#start(next.serviceMs, next.done);
  }
}
