/**
 * Errors Kalends knows how to answer. `code` decides the HTTP status (`shared/http/answer.ts`); everything else
 * that is thrown is unforeseen and shows nothing of itself to a client.
 */
export type AppErrorCode =
  | 'unauthenticated'
  | 'invalid'
  | 'not_found'
  | 'gone'
  | 'method_not_allowed'
  | 'conflict'
  | 'unsupported_media_type'
  | 'unprocessable'
  | 'throttled';

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: AppErrorCode;
  /** The JSON body of the answer, in one of the three shapes of docs/api-compatibility.md#conventions. */
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(code: AppErrorCode, body: Record<string, unknown>, headers: Record<string, string> = {}) {
    super(JSON.stringify(body));
    this.code = code;
    this.body = body;
    this.headers = headers;
  }
}
