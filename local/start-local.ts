import { createClock, type LocalClock } from './runner/create-clock.ts';
import { type Closing, createClosing } from './runner/create-closing.ts';
import { answerControl } from './runner/answer-control.ts';
import type { BusEvent } from './runner/create-event-bus.ts';
import { type HttpServer, listenHttp } from './runner/listen-http.ts';
import { openKeptValues } from './runner/open-kept-values.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from './runner/local-account.ts';
import type { LocalControls } from './runner/local-controls.ts';
import { RunnerError } from './runner/runner-error.ts';
import { readQueueDepth } from './runner/local-queue.ts';
import { type RunningTemplate, runTemplate } from './runner/run-template.ts';
import { type Engines, startEngines } from './runner/start-engines.ts';
import type { LocalSettings } from './settings.ts';
import { type Synthesize, synthesize } from './synthesize.ts';

/** What seeding gets: the table and how to reach it, and the API key that the settings ask for, if any. */
type SeedContext = {
  tableName: string;
  dynamodbEndpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  apiKey?: string;
};

/** Creates the project "local" with its key, or finds it in a kept table. */
export type Seed = (context: SeedContext) => Promise<{ projectId: string; apiKey: string }>;

export type LocalOptions = {
  settings: LocalSettings;
  seed: Seed;
  /** Writes the stack to run; default: this repository's. */
  synthesize?: Synthesize;
  /** Receives what functions and engines write, by function name or engine; default: nothing is shown. */
  log?: (source: string, line: string) => void;
};

export type LocalStack = LocalControls & {
  /** Where the API is reached on this machine, without trailing slash. */
  url: string;
  publicUrl: string;
  apiKey: string;
  projectId: string;
  tableName: string;
  dynamodbEndpoint: string;
  sqsEndpoint: string;
  eventBridgeEndpoint: string;
  kmsEndpoint: string;
  /** Calls a listener with every bus event as it is published; the returned function ends that. */
  onEvent: (listener: (event: BusEvent) => void) => () => void;
  /** Ends everything that was started. */
  close: () => Promise<void>;
};

/** Names of kept values. */
const OFFSET = 'clock-offset-ms';
const API_KEY = 'api-key';

const createControls = (
  { queues, functions, eventSources, schedules, timeToLive }: RunningTemplate,
  { sqs, hastenQueues }: Engines,
  clock: LocalClock,
  keepOffset: (offset: number) => void,
): LocalControls => {
  const queueDepths = async () =>
    Object.fromEntries(await Promise.all(queues.map(async (queue) => [queue.name, await readQueueDepth(sqs, queue)])));
  return {
    now: clock.now,
    tick: async () => {
      await timeToLive.expire();
      return schedules.tick();
    },
    queueDepths,
    advanceClock: (milliseconds) => {
      if (!(milliseconds >= 0)) throw new RunnerError('the local clock only goes forward');
      clock.advance(milliseconds);
      hastenQueues(milliseconds);
      keepOffset(clock.offset());
    },
    crash: (functionName, after) => {
      const local = functions.find(({ name }) => name === functionName);
      const known = functions.map(({ name }) => name).join(', ');
      if (local === undefined) throw new RunnerError(`no function "${functionName}"; there are ${known}`);
      local.crashNext(after);
    },
    state: async () => {
      const depths = await queueDepths();
      const polled = queues.filter(({ arn }) => eventSources.some(({ queueArn }) => queueArn === arn));
      const waiting = polled.flatMap(({ name }) => Object.values(depths[name] ?? {}));
      const counts = Object.fromEntries(functions.map((local) => [local.name, local.counts()]));
      const running = Object.values(counts).map((count) => count.running + count.waiting);
      return {
        now: new Date(clock.now()).toISOString(),
        clock_offset_ms: clock.offset(),
        queues: depths,
        functions: counts,
        idle: [...waiting, ...running].every((count) => count === 0),
      };
    },
  };
};

const start = async (options: LocalOptions, server: HttpServer, closing: Closing): Promise<LocalStack> => {
  const { settings } = options;
  const log = options.log ?? (() => {});
  const url = `http://127.0.0.1:${server.port}`;
  const publicUrl = settings.publicUrl ?? url;
  const kept = openKeptValues(settings.dataDir);
  const clock = createClock(Number(kept.take(OFFSET, () => '0')));
  const listeners = new Set<(event: BusEvent) => void>();
  const onEvent = (event: BusEvent): void => {
    for (const listener of listeners) listener(event);
  };

  const engines = await startEngines(settings, publicUrl, options.synthesize ?? synthesize, closing);
  const running = await runTemplate({ engines, apiUrl: url, clock, kept, closing, onEvent, log });
  const [tableName, ...moreTables] = running.tableNames;
  if (tableName === undefined || moreTables.length > 0)
    throw new RunnerError('the stack must have exactly one table');
  // The table holds no more than a key's hash; with a data directory the key stays the same over restarts.
  const wantedKey = settings.apiKey ?? kept.find(API_KEY);
  const { projectId, apiKey } = await options.seed({
    tableName,
    dynamodbEndpoint: engines.dynamodbEndpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    ...(wantedKey !== undefined && { apiKey: wantedKey }),
  });
  kept.set(API_KEY, apiKey);
  const controls = createControls(running, engines, clock, (offset) => kept.set(OFFSET, String(offset)));
  server.serve(async (request, body) => (await answerControl(controls, request, body)) ?? running.api(request, body));
  for (const source of running.eventSources) source.start();
  running.schedules.start();
  running.timeToLive.start();

  return {
    ...controls,
    url,
    publicUrl,
    apiKey,
    projectId,
    tableName,
    dynamodbEndpoint: engines.dynamodbEndpoint,
    sqsEndpoint: engines.sqsEndpoint,
    eventBridgeEndpoint: running.eventBridgeEndpoint,
    kmsEndpoint: running.kmsEndpoint,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: closing.close,
  };
};

/**
 * Runs the synthesized stack on this machine: DynamoDB Local, fauxqs, stand-ins for EventBridge and KMS, functions in
 * worker threads, the HTTP API and the controls below `/_local/` on one port. Resolves when requests are served.
 * When the start fails half-way, everything started is ended and the error says what to do.
 */
export const startLocal = async (options: LocalOptions): Promise<LocalStack> => {
  const log = options.log ?? (() => {});
  const closing = createClosing((line) => log('local mode', line));
  try {
    const server = await listenHttp(options.settings.port, (line) => log('http api', line));
    closing.add(server.close);
    return await start(options, server, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
};
