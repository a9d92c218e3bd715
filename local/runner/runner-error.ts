/** A failure of local mode whose message alone tells the user what to do; printed without a stack trace. */
export class RunnerError extends Error {
  override readonly name = 'RunnerError';
}
