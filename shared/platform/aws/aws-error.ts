/** A call that AWS refused, or did not answer. Its name is the code of AWS, e.g. `ThrottlingException`. */
export class AwsError extends Error {
  /** HTTP status; 0 without an answer. */
  readonly status: number;

  constructor(code: string, message: string, { status, cause }: { status: number; cause?: unknown }) {
    super(message, { cause });
    this.name = code;
    this.status = status;
  }
}

/** AWS took a batch, but not all that is in it, several times. */
export const throttled = (message: string): AwsError => new AwsError('ThrottlingException', message, { status: 200 });
