/** The data that a worker thread starts with. */
export type WorkerData = {
  /** File URL of the bundle, and the name of its exported handler. */
  moduleUrl: string;
  exportName: string;
  clockBuffer: SharedArrayBuffer;
  functionName: string;
  functionArn: string;
  memoryLimitInMB: string;
  logGroupName: string;
  logStreamName: string;
};

/** Starts an invocation. Event and result travel as JSON text, as in AWS. */
export type InvokeMessage = {
  type: 'invoke';
  event: string;
  awsRequestId: string;
  timeoutMs: number;
  /** The worker exits as soon as this many outgoing calls have been answered. */
  crashAfter?: number;
};

export type FunctionError = { errorType: string; errorMessage: string; trace?: string[] };

export type WorkerMessage =
  | { type: 'ready' }
  | { type: 'unusable'; error: FunctionError }
  | { type: 'result'; payload: string }
  | { type: 'failure'; error: FunctionError };

/** Exit code of a worker that the crash control killed. */
export const CRASH_EXIT_CODE = 86;
