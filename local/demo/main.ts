import { keepCompiledCode } from '../keep-compiled-code.ts';
import { LocalError } from '../runner/local-error.ts';
import { onStop } from '../runner/on-stop.ts';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

print('Kalends demo: starting the stack, its engines, a simulated Google and a simulated Microsoft 365 …');

const stopping = new AbortController();
onStop(() => {
  if (!stopping.signal.aborted && process.stdout.isTTY) print('\nstopping …');
  stopping.abort();
});
// The program that reads this output may end first, e.g. `head`.
process.stdout.on('error', () => stopping.abort());

// Times are printed in the user's zone. Lambda runs in UTC, and worker threads have the time zone of their process.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
process.env.TZ = 'UTC';

try {
  keepCompiledCode();
  // Imported here and not above, so that the first line is printed at once.
  const { runDemo } = await import('./run-demo.ts');
  const hasAllArrived = await runDemo({ environment: process.env, zone, print, signal: stopping.signal });
  process.exit(hasAllArrived || stopping.signal.aborted ? 0 : 1);
} catch (error) {
  process.stderr.write(error instanceof LocalError ? `${error.message}\n` : `${(error as Error).stack}\n`);
  process.exit(1);
}
