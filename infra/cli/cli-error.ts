/** A failure whose message says what the operator has to do. `exitCode` 2 means a wrong command line, 1 any other failure. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
