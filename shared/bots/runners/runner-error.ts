/** A runner did not accept a hand-off. `code` is stable, for machines, and contains no text of the runner. */
export class RunnerError extends Error {
  override readonly name = 'RunnerError';
  readonly code: string;

  constructor(code: string) {
    super(`the runner did not accept the hand-off: ${code}`);
    this.code = code;
  }
}
