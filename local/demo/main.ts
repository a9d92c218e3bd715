import { onStop } from '../runner/on-stop.ts';
import { RunnerError } from '../runner/runner-error.ts';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

print('Kalends demo: starting the stack, its engines, a simulated Google and a simulated Microsoft 365 …');

const stopping = new AbortController();
onStop(() => {
  if (!stopping.signal.aborted && process.stdout.isTTY) print('\nending …');
  stopping.abort();
});
// The reader of a pipe may leave first, as `head` does.
process.stdout.on('error', () => stopping.abort());

// People read times as their clock shows them; Lambda runs in UTC, and worker threads have the zone of their process.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
process.env.TZ = 'UTC';

try {
  // Loaded late, so that the line above is there at once.
  const { runDemo } = await import('./run-demo.ts');
  const hasAllArrived = await runDemo({ environment: process.env, zone, print, signal: stopping.signal });
  process.exit(hasAllArrived || stopping.signal.aborted ? 0 : 1);
} catch (error) {
  process.stderr.write(error instanceof RunnerError ? `${error.message}\n` : `${(error as Error).stack}\n`);
  process.exit(1);
}
