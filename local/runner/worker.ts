// Runs in the worker thread of one function instance: loads the bundle once, then handles one invocation at a time.
import { parentPort, workerData } from 'node:worker_threads';
import { countCalls } from './count-calls.ts';
import { readClockOffset } from './create-clock.ts';
import { shiftDate } from './shift-date.ts';
import {
  CRASH_EXIT_CODE,
  type FunctionError,
  type InvokeMessage,
  type WorkerData,
  type WorkerMessage,
} from './worker-protocol.ts';

const data = workerData as WorkerData;
type Handler = (event: unknown, context: unknown) => unknown;

const post = (message: WorkerMessage): void => parentPort?.postMessage(message, []);

const describeError = (error: unknown): FunctionError =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: 'Error', errorMessage: String(error) };

let callsUntilCrash: number | undefined;
countCalls(() => {
  if (callsUntilCrash === undefined) return;
  callsUntilCrash -= 1;
  // Ends this thread at once: the code that waits for the answer never continues.
  if (callsUntilCrash === 0) process.exit(CRASH_EXIT_CODE);
});

const createContext = (message: InvokeMessage): Record<string, unknown> => {
  // The monotonic clock is used, because a jump of the local clock must not shorten the remaining time.
  const startedAt = performance.now();
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: data.functionArn,
    memoryLimitInMB: data.memoryLimitInMB,
    awsRequestId: message.awsRequestId,
    logGroupName: data.logGroupName,
    logStreamName: data.logStreamName,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(message.timeoutMs - (performance.now() - startedAt))),
  };
};

const invoke = async (handler: Handler, message: InvokeMessage): Promise<WorkerMessage> => {
  callsUntilCrash = message.crashAfter;
  try {
    const result = await handler(JSON.parse(message.event), createContext(message));
    return { type: 'result', payload: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    return { type: 'failure', error: describeError(error) };
  } finally {
    callsUntilCrash = undefined;
  }
};

const loadHandler = async (): Promise<Handler> => {
  const module = (await import(data.moduleUrl)) as Record<string, unknown>;
  const handler = module[data.exportName];
  if (typeof handler !== 'function') throw new TypeError(`the bundle does not export a function ${data.exportName}`);
  return handler as Handler;
};

shiftDate(globalThis, () => readClockOffset(data.clockBuffer));
try {
  const handler = await loadHandler();
  parentPort?.on('message', (message: InvokeMessage) => {
    void invoke(handler, message).then(post);
  });
  post({ type: 'ready' });
} catch (error) {
  post({ type: 'unusable', error: describeError(error) });
}
