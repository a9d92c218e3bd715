import type { FunctionCounts } from './local-function.ts';
import type { QueueDepth } from './local-queue.ts';
import type { TickResult } from './create-schedules.ts';

/** A look at everything that may still be going on. */
type LocalState = {
  now: string;
  clock_offset_ms: number;
  queues: Record<string, QueueDepth>;
  functions: Record<string, FunctionCounts>;
  /** True when no function runs and no message waits anywhere, dead-letter queues aside. */
  idle: boolean;
};

/** What tests and the demo can do to a running local stack. */
export type LocalControls = {
  /** Moves the clock that functions see, and the delays of messages with it; whole milliseconds, forward only. */
  advanceClock: (milliseconds: number) => void;
  /** Local time in milliseconds since the epoch. */
  now: () => number;
  /** Deletes expired rows, then runs the schedule rules' targets, and waits for them. */
  tick: () => Promise<TickResult[]>;
  /** Kills the next invocation of a function after its n-th outgoing call; throws a RunnerError for unknown names. */
  crash: (functionName: string, after: number) => void;
  queueDepths: () => Promise<Record<string, QueueDepth>>;
  state: () => Promise<LocalState>;
};
