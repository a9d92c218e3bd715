import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { bundleLoadLimitMs } from './timing.ts';
import {
  CRASH_EXIT_CODE,
  type FunctionError,
  type InvokeMessage,
  type WorkerData,
  type WorkerMessage,
} from './worker-protocol.ts';

/** The end of an invocation: its result as JSON text, or how it failed. */
export type InvocationResult =
  | { ok: true; payload: string }
  | { ok: false; kind: 'error' | 'timeout' | 'crash'; error: FunctionError };

export type FunctionWorkerOptions = {
  data: WorkerData;
  env: Readonly<Record<string, string>>;
  memoryMb: number;
  /** Receives the lines the function writes. */
  log: (line: string) => void;
};

/** One instance of a function. It must not be used again when an invocation leaves it not `alive`. */
export type FunctionWorker = {
  /** Resolves when the bundle is loaded, or with the error when that failed. */
  loaded: Promise<FunctionError | undefined>;
  alive: () => boolean;
  run: (invocation: Omit<InvokeMessage, 'type'>) => Promise<InvocationResult>;
  end: () => Promise<void>;
};

const forwardLines = (stream: Readable, log: (line: string) => void): void => {
  let rest = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) log(line);
  });
  stream.on('end', () => {
    if (rest !== '') log(rest);
  });
};

/** Starts a thread for one instance of a function. The bundle loads in the background. */
export const startFunctionWorker = ({ data, env, memoryMb, log }: FunctionWorkerOptions): FunctionWorker => {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: data,
    env,
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  forwardLines(worker.stdout, log);
  forwardLines(worker.stderr, log);

  let alive = true;
  let uncaught: FunctionError | undefined;
  const loaded = Promise.withResolvers<FunctionError | undefined>();
  let complete: (result: InvocationResult) => void = () => {};

  const end = async (): Promise<void> => {
    alive = false;
    await worker.terminate();
  };
  const endLate = (errorMessage: string): void => {
    const error = { errorType: 'Sandbox.Timedout', errorMessage };
    loaded.resolve(error);
    complete({ ok: false, kind: 'timeout', error });
    void end();
  };
  const loadTimer = setTimeout(() => endLate('the bundle took too long to load'), bundleLoadLimitMs);
  void loaded.promise.then(() => clearTimeout(loadTimer));

  worker.on('message', (message: WorkerMessage) => {
    if (message.type === 'ready') loaded.resolve(undefined);
    if (message.type === 'unusable') {
      loaded.resolve(message.error);
      void end();
    }
    if (message.type === 'result') complete({ ok: true, payload: message.payload });
    if (message.type === 'failure') complete({ ok: false, kind: 'error', error: message.error });
  });
  worker.on('error', (cause: unknown) => {
    const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
    uncaught = { errorType: name, errorMessage: message };
  });
  worker.on('exit', (code) => {
    alive = false;
    const exit = { errorType: 'Runtime.ExitError', errorMessage: `the function exited with code ${code}` };
    const crash = { errorType: 'Local.Crashed', errorMessage: 'killed by the crash control' };
    const crashed = code === CRASH_EXIT_CODE;
    loaded.resolve(uncaught ?? exit);
    complete({ ok: false, kind: crashed ? 'crash' : 'error', error: crashed ? crash : (uncaught ?? exit) });
  });

  return {
    loaded: loaded.promise,
    alive: () => alive,
    end,
    run: async (invocation) => {
      const loadError = await loaded.promise;
      if (loadError !== undefined) return { ok: false, kind: 'error', error: loadError };
      if (!alive) {
        const error = uncaught ?? { errorType: 'Runtime.ExitError', errorMessage: 'the function has exited' };
        return { ok: false, kind: 'error', error };
      }
      const result = Promise.withResolvers<InvocationResult>();
      complete = result.resolve;
      const seconds = (invocation.timeoutMs / 1000).toFixed(2);
      const timer = setTimeout(() => endLate(`Task timed out after ${seconds} seconds`), invocation.timeoutMs);
      const message: InvokeMessage = { type: 'invoke', ...invocation };
      worker.postMessage(message, []);
      return result.promise.finally(() => clearTimeout(timer));
    },
  };
};
