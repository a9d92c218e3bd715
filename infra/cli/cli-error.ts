/** A failure whose message alone tells the operator what to do. `exitCode` 2 is a wrong command line, 1 all else. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
