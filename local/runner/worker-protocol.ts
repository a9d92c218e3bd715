/** What a worker thread is started with. */
export type WorkerData = {
  /** The bundle's entry as a file URL, and the name of its exported handler. */
  moduleUrl: string;
  exportName: string;
  clockBuffer: SharedArrayBuffer;
  functionName: string;
  functionArn: string;
  memoryLimitInMB: string;
  logGroupName: string;
  logStreamName: string;
};

/** Event and result travel as JSON text, as they do in AWS: nothing but JSON survives. */
export type InvokeMessage = {
  type: 'invoke';
  event: string;
  awsRequestId: string;
  timeoutMs: number;
  /** Die as soon as this many outgoing calls have been answered. */
  crashAfter?: number;
};

export type FunctionError = { errorType: string; errorMessage: string; trace?: string[] };

export type WorkerMessage =
  | { type: 'ready' }
  | { type: 'unusable'; error: FunctionError }
  | { type: 'result'; payload: string }
  | { type: 'failure'; error: FunctionError };

/** Exit code of a worker that the crash control ended. */
export const CRASH_EXIT_CODE = 86;
