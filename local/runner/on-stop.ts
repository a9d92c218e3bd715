const lookAtParentMs = 250;

/**
 * Calls back when this program is asked to end: by SIGINT, SIGTERM or SIGHUP or, when npm runs it, by the end of its
 * parent. npm hands a signal to the shell between it and us, and that shell dies of it without telling.
 *
 * @param environment says whether npm runs the program
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
  }, lookAtParentMs);
  timer.unref();
}
