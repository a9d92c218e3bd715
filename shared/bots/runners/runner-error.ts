/** A runner did not take a hand-off. `code` is for machines, stable, and without anything of what the runner said. */
export class RunnerError extends Error {
  override readonly name = 'RunnerError';
  readonly code: string;

  constructor(code: string) {
    super(`the runner did not take the hand-off: ${code}`);
    this.code = code;
  }
}
