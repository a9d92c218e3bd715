/** An error that the user can correct: its message says what is wrong and what to do. Print it without the stack. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
}
