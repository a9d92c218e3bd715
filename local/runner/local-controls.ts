import type { TickResult } from './create-schedules.ts';
import type { FunctionCounts } from './local-function.ts';
import type { QueueDepth } from './local-queue.ts';

/** What the stack does at this moment; the answer of `GET /_local/state`. */
type LocalState = {
  /** Local time, ISO 8601. */
  now: string;
  /** Milliseconds that the local clock is ahead of the real time. */
  clock_offset_ms: number;
  /** By queue name. */
  queues: Record<string, QueueDepth>;
  /** By function name. */
  functions: Record<string, FunctionCounts>;
  /** True when no function runs and no message waits in a queue that a function reads. */
  idle: boolean;
};

/** What a test, a demo or a developer can do with a running stack. */
export type LocalControls = {
  /** Moves the clock that functions see, and with it the delays of messages. Milliseconds ≥ 0: it only goes forward. */
  advanceClock: (milliseconds: number) => void;
  /** Local time in milliseconds since the epoch. */
  now: () => number;
  /** Deletes expired rows, then runs the targets of all schedule rules, and waits for them. */
  tick: () => Promise<TickResult[]>;
  /** Kills the next invocation of a function after its n-th outgoing call. Throws a LocalError for an unknown name. */
  crash: (functionName: string, after: number) => void;
  /**
   * Runs a function from the bundle in another directory from its next invocation on; running invocations finish with
   * the old one. Throws a LocalError for an unknown name and for a directory without the function's file.
   */
  replaceBundle: (functionName: string, directory: string) => void;
  /** Counts the messages of every queue, by its name. */
  queueDepths: () => Promise<Record<string, QueueDepth>>;
  state: () => Promise<LocalState>;
};
