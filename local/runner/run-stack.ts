import { answerControl } from './answer-control.ts';
import { createClock } from './create-clock.ts';
import { type Closing, createClosing } from './create-closing.ts';
import { createControls } from './create-controls.ts';
import type { BusEvent } from './create-event-bus.ts';
import { type HttpServer, listenHttp } from './listen-http.ts';
import type { LocalControls } from './local-controls.ts';
import { type KeptValues, openKeptValues } from './open-kept-values.ts';
import { runTemplate } from './run-template.ts';
import { startEngines } from './start-engines.ts';
import { startLimitedTable, type TableLimits } from './table-limits/start-limited-table.ts';

/** The names under which the user sets two of the options, e.g. environment variables. Error texts refer to them. */
type SettingNames = { port: string; dynamodbEndpoint: string };

/** What runs before the stack handles its first request and its first message. */
export type PreparedStack = {
  tableNames: readonly string[];
  dynamodbEndpoint: string;
  /** Named texts that are kept in the data directory. */
  kept: KeptValues;
};

export type RunOptions = {
  /**
   * Directory of a synthesized CDK app with one stack, or a function that synthesizes it while the engines start. The
   * function gets the address of the API, because templates often contain it.
   */
  assembly: string | ((apiUrl: string, signal: AbortSignal) => Promise<string>);
  /** Port of the HTTP API on loopback; 0 takes any free port. */
  port: number;
  /** Keeps tables, messages, keys and secrets in this directory; in memory when absent. */
  dataDir?: string;
  /** Base URL of a DynamoDB Local that runs already; one is started when absent. */
  dynamodbEndpoint?: string;
  /** What DynamoDB refuses or delays and DynamoDB Local does not; functions meet it. */
  tableLimits?: TableLimits;
  /** For how long expired rows stay, in milliseconds of the local clock; AWS: up to days. */
  expiryDelayMs?: number;
  /** Metadata key of a Lambda function that holds its readable name. Default: its physical name is used. */
  functionNameKey?: string;
  settingNames?: SettingNames;
  /** Called when all resources exist and before anything is handled; when it rejects, the start fails. */
  prepare?: (stack: PreparedStack) => Promise<void>;
  /** Receives the lines that functions and engines write, with the function's name or the engine. */
  log?: (source: string, line: string) => void;
};

/** A stack that runs on this machine, and what can be done with it. */
export type RunningStack = LocalControls & {
  /** Base URL of the HTTP API, without trailing slash. */
  url: string;
  tableNames: readonly string[];
  busNames: readonly string[];
  dynamodbEndpoint: string;
  sqsEndpoint: string;
  eventBridgeEndpoint: string;
  kmsEndpoint: string;
  /** Calls a listener with every event that is published on a bus, until the returned function is called. */
  onEvent: (listener: (event: BusEvent) => void) => () => void;
  /** Ends everything that was started. */
  close: () => Promise<void>;
};

/** Name of the kept value that holds the offset of the local clock. */
const OFFSET = 'clock-offset-ms';
const OPTION_NAMES: SettingNames = { port: 'port', dynamodbEndpoint: 'dynamodbEndpoint' };

const start = async (options: RunOptions, server: HttpServer, closing: Closing): Promise<RunningStack> => {
  const { assembly, dataDir, dynamodbEndpoint, functionNameKey, settingNames = OPTION_NAMES, log = () => {} } = options;
  const url = `http://127.0.0.1:${server.port}`;
  const kept = openKeptValues(dataDir);
  const clock = createClock(Number(kept.take(OFFSET, () => '0')));
  const listeners = new Set<(event: BusEvent) => void>();
  const onEvent = (event: BusEvent): void => {
    for (const listener of listeners) listener(event);
  };

  const engines = await startEngines({
    synthesize: async (signal) => (typeof assembly === 'string' ? assembly : assembly(url, signal)),
    endpointSetting: settingNames.dynamodbEndpoint,
    closing,
    ...(dataDir !== undefined && { dataDir }),
    ...(dynamodbEndpoint !== undefined && { dynamodbEndpoint }),
  });
  const { tableLimits, expiryDelayMs = 0 } = options;
  const limited = tableLimits && (await startLimitedTable(engines.dynamodbEndpoint, tableLimits));
  if (limited) closing.add(limited.close);
  const running = await runTemplate({
    engines: { ...engines, dynamodbEndpoint: limited?.endpoint ?? engines.dynamodbEndpoint },
    expiryDelayMs,
    apiUrl: url,
    clock,
    kept,
    closing,
    onEvent,
    log,
    ...(functionNameKey !== undefined && { functionNameKey }),
  });
  const { tableNames, eventSources, schedules, timeToLive } = running;
  await options.prepare?.({ tableNames, dynamodbEndpoint: engines.dynamodbEndpoint, kept });
  const controls = createControls(running, engines, clock, (offset) => kept.set(OFFSET, String(offset)));
  server.serve(async (request, body) => (await answerControl(controls, request, body)) ?? running.api(request, body));
  for (const source of eventSources) source.start();
  schedules.start();
  timeToLive.start();

  return {
    ...controls,
    url,
    tableNames,
    busNames: running.busNames,
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
 * Runs a synthesized CDK stack on this machine: DynamoDB Local, fauxqs, stand-ins for EventBridge and KMS, functions in
 * worker threads, and on one port the HTTP API and the controls below `/_local/`. Resolves when requests are served.
 * When the start fails, everything that was started is ended. Throws a LocalError when the user can correct the cause.
 */
export const runStack = async (options: RunOptions): Promise<RunningStack> => {
  const { port, settingNames = OPTION_NAMES, log = () => {} } = options;
  const closing = createClosing((line) => log('runner', line));
  try {
    const server = await listenHttp(port, (line) => log('http api', line), settingNames.port);
    closing.add(server.close);
    return await start(options, server, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
};
