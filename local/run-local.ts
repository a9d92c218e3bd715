import { LocalError } from './runner/local-error.ts';
import { onStop } from './runner/on-stop.ts';
import { readLocalSettings } from './settings.ts';
import { type LocalOptions, type LocalStack, startLocal } from './start-local.ts';

type ProgramOptions = Pick<LocalOptions, 'seed' | 'synthesize'> & {
  /** Watches the sources of the functions; the returned function ends that. Default: nothing is watched. */
  watch?: (stack: LocalStack, print: (line: string) => void) => () => Promise<void>;
};

const print = (source: string, line: string): void => {
  process.stderr.write(`${source} | ${line}\n`);
};

const readyLine = (stack: LocalStack): string =>
  `READY ${JSON.stringify({
    url: stack.url,
    api_key: stack.apiKey,
    project_id: stack.projectId,
    table: stack.tableName,
    dynamodb_endpoint: stack.dynamodbEndpoint,
    sqs_endpoint: stack.sqsEndpoint,
  })}\n`;

/**
 * The program behind `npm run local`. It reads its settings from the environment, prints one READY line on stdout and
 * everything else on stderr. SIGINT and SIGTERM end it with exit code 0, a failed start with one clear message and
 * exit code 1.
 */
export const runLocal = async ({ watch, ...options }: ProgramOptions): Promise<void> => {
  // Lambda runs in UTC, and worker threads have the time zone of their process.
  process.env['TZ'] = 'UTC';
  const stopped = Promise.withResolvers<void>();
  onStop(() => stopped.resolve());
  try {
    const starting = startLocal({ ...options, settings: readLocalSettings(process.env), log: print });
    const isUp = await Promise.race([starting.then(() => true), stopped.promise]);
    // After a signal the start continues until it is complete: only then can everything be ended in order.
    const stack = await starting;
    if (isUp !== true) {
      await stack.close();
      process.exit(0);
    }
    if (!stack.publicUrl.startsWith('https://')) {
      print(
        'local mode',
        `${stack.publicUrl} is no public https address, so providers cannot push: calendars will be polled`,
      );
    }
    const endWatch = watch?.(stack, (line) => print('local mode', line));
    process.stdout.write(readyLine(stack));
    await stopped.promise;
    await endWatch?.();
    await stack.close();
    process.exit(0);
  } catch (error) {
    process.stderr.write(error instanceof LocalError ? `${error.message}\n` : `${(error as Error).stack}\n`);
    process.exit(1);
  }
};
