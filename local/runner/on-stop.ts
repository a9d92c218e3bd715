import { parentPollMs } from './timing.ts';

/**
 * Calls back when this program must end: on SIGINT, SIGTERM or SIGHUP and, under npm, when its parent process ends.
 * npm sends a signal to the shell between npm and this program, and that shell ends without passing the signal on.
 *
 * @param environment shows whether npm runs this program
 */
export function onStop(
  stop: () => void,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  if (environment.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, parentPollMs);
  timer.unref();
}
