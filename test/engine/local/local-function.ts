import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock, type LocalClock } from '../../../local/runner/create-clock.ts';
import { createWorkerLimit } from '../../../local/runner/create-worker-limit.ts';
import { createFunction, type LocalFunction } from '../../../local/runner/local-function.ts';
import type { InvocationResult } from '../../../local/runner/start-function-worker.ts';

type RealFunction = {
  local: LocalFunction;
  clock: LocalClock;
  lines: string[];
  directory: string;
  close: () => Promise<void>;
};

/** A function that runs in worker threads, from the text of its module. */
export const createRealFunction = async (
  source: string,
  properties: Record<string, unknown> = {},
): Promise<RealFunction> => {
  const directory = await mkdtemp(join(tmpdir(), 'kalends-bundle-'));
  await writeFile(join(directory, 'index.mjs'), source);
  const clock = createClock();
  const lines: string[] = [];
  const remove = () => rm(directory, { recursive: true, force: true });
  let local: LocalFunction;
  try {
    local = createFunction(
      {
        logicalId: 'DoWork0A1B2C3D',
        type: 'AWS::Lambda::Function',
        name: 'DoWork',
        metadata: { 'kalends:function': 'do-work' },
        identity: { ref: 'DoWork', attributes: { Arn: 'arn:aws:lambda:us-east-1:000000000000:function:DoWork' } },
        properties: { Code: { S3Key: 'x.zip' }, Handler: 'index.handler', Runtime: 'nodejs24.x', ...properties },
      },
      {
        clock,
        assetDirectory: () => directory,
        functionNameKey: 'kalends:function',
        resolveSecrets: (value) => value.replace('{{secret}}', 'resolved'),
        endpoints: { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9' },
        log: (name, line) => lines.push(`${name}: ${line}`),
        workerLimit: createWorkerLimit(32),
      },
    );
  } catch (error) {
    await remove();
    throw error;
  }
  const close = async (): Promise<void> => {
    await local.close();
    await remove();
  };
  return { local, clock, lines, directory, close };
};

/** A function without threads, for engines that only call one. */
export const createFakeFunction = (
  name: string,
  handle: (event: never) => Promise<InvocationResult> | InvocationResult,
): LocalFunction & { caps: number[] } => {
  const caps: number[] = [];
  return {
    name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    caps,
    invoke: async (event) => handle(event as never),
    crashNext: () => {},
    replaceBundle: () => {},
    addWorkers: (cap) => {
      caps.push(cap);
      return async (event) => handle(event as never);
    },
    counts: () => ({ running: 0, waiting: 0, workers: 0, cold_starts: 0, invocations: 0, failures: 0, crashes: 0 }),
    close: async () => {},
  };
};

/** The result of an invocation that returned a value. */
export const returned = (value: unknown): InvocationResult => ({ ok: true, payload: JSON.stringify(value ?? null) });

/** The result of an invocation that threw. */
export const threw = (kind: 'error' | 'crash' = 'error'): InvocationResult => ({
  ok: false,
  kind,
  error: { errorType: 'Error', errorMessage: 'failed on purpose' },
});
