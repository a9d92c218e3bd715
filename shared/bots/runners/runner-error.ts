/** A runner's answer was not waited for any longer: whether by its time-out or by the project's share, is no difference. */
const timeouts = new Set(['TIMEOUT', 'ABORTED']);

/** @param error of the request, e.g. `TIMEOUT` */
export const noAnswer = (runner: 'attendee' | 'webhook', error: string | null): string =>
  timeouts.has(error ?? '') ? `${runner}_timeout` : `${runner}_${(error ?? 'unknown').toLowerCase()}`;

/** A runner did not accept a hand-off. `code` is stable, for machines, and contains no text of the runner. */
export class RunnerError extends Error {
  override readonly name = 'RunnerError';
  readonly code: string;

  constructor(code: string) {
    super(`the runner did not accept the hand-off: ${code}`);
    this.code = code;
  }
}
