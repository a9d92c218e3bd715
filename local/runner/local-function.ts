import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import type { LocalClock } from './create-clock.ts';
import type { WorkerLimit } from './create-worker-limit.ts';
import { createWorkerPool, type WorkerPool } from './create-worker-pool.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from './local-account.ts';
import { LocalError } from './local-error.ts';
import type { ResolvedResource } from './resolve-template.ts';
import { ignoredProperty, parseProperties } from './resource-types.ts';
import { type InvocationResult, startFunctionWorker } from './start-function-worker.ts';
import { workerIdleLimitMs, workerPatienceMs } from './timing.ts';
import type { WorkerData } from './worker-protocol.ts';

const functionSchema = z.strictObject({
  Architectures: ignoredProperty,
  Code: z.looseObject({ S3Key: z.string() }),
  Description: ignoredProperty,
  Environment: z.strictObject({ Variables: z.record(z.string(), z.coerce.string()) }).optional(),
  FunctionName: ignoredProperty,
  Handler: z.string().regex(/^[\w/-]+\.\w+$/),
  LoggingConfig: ignoredProperty,
  MemorySize: z.number().default(128),
  ReservedConcurrentExecutions: z.number().int().positive().optional(),
  Role: ignoredProperty,
  Runtime: z.string().startsWith('nodejs'),
  Tags: ignoredProperty,
  Timeout: z.number().default(3),
  TracingConfig: ignoredProperty,
  RecursiveLoop: ignoredProperty,
});

/** Lambda's limit for the event and for the result of a synchronous invocation. */
const PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024;
const DEFAULT_CONCURRENCY = 4;
/** Limit of threads per function, however many the template allows, because all run on one machine. */
const MOST_WORKERS = 32;

/** What a function does now, and what it has done since the start. */
export type FunctionCounts = {
  running: number;
  /** Invocations that wait for a free worker. */
  waiting: number;
  workers: number;
  /** Workers that were started. */
  cold_starts: number;
  invocations: number;
  failures: number;
  crashes: number;
};

/** A Lambda function of the template that runs in worker threads. */
export type LocalFunction = {
  /** Its readable name from the template's metadata, else its physical name. */
  name: string;
  arn: string;
  /** Runs the handler with an event, which travels as JSON. Never rejects. */
  invoke: (event: unknown) => Promise<InvocationResult>;
  /** Kills the next invocation once its n-th outgoing call has been answered. */
  crashNext: (after: number) => void;
  /**
   * Gives an event source its own workers, up to so many, as AWS gives each its own concurrency: one that keeps all
   * its workers busy delays no other. What one machine can run remains the upper limit.
   *
   * @returns runs the handler in one of these workers
   */
  addWorkers: (cap: number) => LocalFunction['invoke'];
  /** Uses the bundle in another directory from the next invocation on. Throws a LocalError when the file is missing. */
  replaceBundle: (directory: string) => void;
  counts: () => FunctionCounts;
  close: () => Promise<void>;
};

export type FunctionOptions = {
  clock: LocalClock;
  /** Finds the directory of an asset by its S3 key. */
  assetDirectory: (s3Key: string) => string;
  /** Metadata key that holds the readable name of a function. */
  functionNameKey?: string;
  /** Replaces the references to secrets in the value of an environment variable. */
  resolveSecrets: (value: string) => string;
  /** The variables `AWS_ENDPOINT_URL_…` with which the AWS SDK reaches the local engines. */
  endpoints: Readonly<Record<string, string>>;
  log: (functionName: string, line: string) => void;
  /** Workers of all functions of a stack together. */
  workerLimit: WorkerLimit;
};

const failure = (errorType: string, errorMessage: string): InvocationResult => ({
  ok: false,
  kind: 'error',
  error: { errorType, errorMessage },
});

const findModule = (directory: string, file: string): string => {
  const found = ['.mjs', '.js', '.cjs'].map((extension) => join(directory, file + extension)).find(existsSync);
  if (found === undefined) throw new LocalError(`no ${file}.mjs, .js or .cjs in the bundle ${directory}`);
  return found;
};

/**
 * Prepares a function of the template. Its first worker starts with its first invocation. Throws a LocalError for a
 * property that the runner does not know and for a bundle without the handler's file.
 */
export const createFunction = (resource: ResolvedResource, options: FunctionOptions): LocalFunction => {
  const properties = parseProperties(resource.logicalId, resource.type, functionSchema, resource.properties);
  const named = resource.metadata[options.functionNameKey ?? ''];
  const name = typeof named === 'string' ? named : resource.name;
  const [file = '', exportName = ''] = properties.Handler.split('.');
  const directory = options.assetDirectory(properties.Code.S3Key);
  let moduleUrl = pathToFileURL(findModule(directory, file)).href;
  const data: Omit<WorkerData, 'moduleUrl'> = {
    exportName,
    clockBuffer: options.clock.buffer,
    functionName: resource.name,
    functionArn: resource.identity.attributes['Arn'] ?? '',
    memoryLimitInMB: String(properties.MemorySize),
    logGroupName: `/aws/lambda/${resource.name}`,
    logStreamName: 'local',
  };
  const templateEnvironment = Object.entries(properties.Environment?.Variables ?? {});
  const env = {
    ...options.endpoints,
    ...runtimeEnvironment(data, directory, properties),
    ...Object.fromEntries(templateEnvironment.map(([key, value]) => [key, options.resolveSecrets(value)])),
  };
  const timeoutMs = properties.Timeout * 1000;

  let crashAfter: number | undefined;
  const counts = { invocations: 0, failures: 0, crashes: 0 };
  const log = (line: string): void => options.log(name, line);
  const pools: WorkerPool[] = [];
  const addPool = (cap: number): WorkerPool => {
    const pool = createWorkerPool(
      () => startFunctionWorker({ data: { ...data, moduleUrl }, env, memoryMb: properties.MemorySize, log }),
      {
        cap: Math.min(cap, properties.ReservedConcurrentExecutions ?? MOST_WORKERS, MOST_WORKERS),
        growAfterMs: workerPatienceMs,
        idleLimitMs: workerIdleLimitMs,
        limit: options.workerLimit,
      },
    );
    pools.push(pool);
    return pool;
  };
  const invokeIn =
    (pool: WorkerPool): LocalFunction['invoke'] =>
    async (event) => {
      const text = JSON.stringify(event);
      if (Buffer.byteLength(text) > PAYLOAD_LIMIT_BYTES) return failure('RequestTooLarge', 'the event exceeds 6 MB');
      const crash = crashAfter === undefined ? {} : { crashAfter };
      crashAfter = undefined;
      const result = await pool.run({ event: text, awsRequestId: randomUUID(), timeoutMs, ...crash });
      counts.invocations += 1;
      if (!result.ok) {
        counts[result.kind === 'crash' ? 'crashes' : 'failures'] += 1;
        log(`${result.error.errorType}: ${result.error.errorMessage}`);
      } else if (Buffer.byteLength(result.payload) > PAYLOAD_LIMIT_BYTES) {
        return failure('Function.ResponseSizeTooLarge', 'the result exceeds 6 MB');
      }
      return result;
    };
  const sum = (count: keyof ReturnType<WorkerPool['counts']>): number =>
    pools.reduce((total, pool) => total + pool.counts()[count], 0);

  return {
    name,
    arn: data.functionArn,
    crashNext: (after) => {
      crashAfter = after;
    },
    addWorkers: (cap) => invokeIn(addPool(cap)),
    replaceBundle: (replacement) => {
      moduleUrl = pathToFileURL(findModule(replacement, file)).href;
      for (const pool of pools) pool.replaceWorkers();
    },
    invoke: invokeIn(addPool(DEFAULT_CONCURRENCY)),
    counts: () => ({
      running: sum('running'),
      waiting: sum('waiting'),
      workers: sum('workers'),
      cold_starts: sum('started'),
      ...counts,
    }),
    close: async () => {
      await Promise.all(pools.map((pool) => pool.close()));
    },
  };
};

/** The variables that AWS sets. No variable of the user's environment reaches a function. */
const runtimeEnvironment = (
  data: Omit<WorkerData, 'moduleUrl'>,
  directory: string,
  properties: z.output<typeof functionSchema>,
): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  AWS_REGION: LOCAL_REGION,
  AWS_DEFAULT_REGION: LOCAL_REGION,
  AWS_EXECUTION_ENV: `AWS_Lambda_${properties.Runtime}`,
  AWS_LAMBDA_FUNCTION_NAME: data.functionName,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: data.memoryLimitInMB,
  AWS_LAMBDA_LOG_GROUP_NAME: data.logGroupName,
  AWS_LAMBDA_LOG_STREAM_NAME: data.logStreamName,
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  LAMBDA_TASK_ROOT: directory,
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  _HANDLER: properties.Handler,
});
