/** What an answer says beside its status and body. */
export interface AnswerDetails {
  retryAfterSeconds: number | null;
  requestId: string | null;
  existingId: string | null;
}

/** An answer of Kalends that is no success. */
export class KalendsError extends Error {
  override name = 'KalendsError';
  /** The HTTP status. */
  readonly status: number;
  /** The body as it came: parsed where it is JSON, otherwise its text. */
  readonly body: unknown;
  /** How long to wait before the request is sent again, where the answer says so. */
  readonly retryAfterSeconds: number | null;
  /** Id of the request at API Gateway, for the operator; null in local mode. */
  readonly requestId: string | null;

  constructor(status: number, body: unknown, { retryAfterSeconds, requestId }: AnswerDetails) {
    super(`${status}: ${textOf(body)}${requestId === null ? '' : ` (request ${requestId})`}`);
    this.status = status;
    this.body = body;
    this.retryAfterSeconds = retryAfterSeconds;
    this.requestId = requestId;
  }
}

/** 400 and 422: the request is wrong. `fields` has the texts by field, where the answer names fields. */
export class ValidationError extends KalendsError {
  override name = 'ValidationError';
  /** Id of the object that has the `deduplication_key`, where that is the fault. */
  readonly existingId: string | null;

  constructor(status: number, body: unknown, details: AnswerDetails) {
    super(status, body, details);
    this.existingId = details.existingId;
  }

  get fields(): Readonly<Record<string, readonly string[]>> {
    const entries = Object.entries(isObject(this.body) ? this.body : {});
    return Object.fromEntries(entries.filter((entry): entry is [string, string[]] => Array.isArray(entry[1])));
  }
}

/** 401: no key, or a wrong one. */
export class AuthenticationError extends KalendsError {
  override name = 'AuthenticationError';
}

/** 404: not there, or not in this project. */
export class NotFoundError extends KalendsError {
  override name = 'NotFoundError';
}

/** 409: too many concurrent updates, after the retries. Without `retryAfterSeconds`: an object that cannot be read. */
export class ConflictError extends KalendsError {
  override name = 'ConflictError';
}

/** 410: the cursor of the change feed is too old. List the events, then start without a cursor. */
export class CursorExpiredError extends KalendsError {
  override name = 'CursorExpiredError';
}

/** 429: a limit of the project, after the retries. */
export class RateLimitError extends KalendsError {
  override name = 'RateLimitError';
}

/** 5xx, after the retries. */
export class ServerError extends KalendsError {
  override name = 'ServerError';

  /** Id under which the log of the operator has the cause; null where Kalends itself did not answer. */
  get errorId(): string | null {
    const id = isObject(this.body) ? this.body['error_id'] : null;
    return typeof id === 'string' ? id : null;
  }
}

/** A success whose body is no JSON: something between this client and Kalends answered. */
export class UnreadableAnswerError extends KalendsError {
  override name = 'UnreadableAnswerError';
}

/** No answer came, after the retries. `cause` says why. */
export class ConnectionError extends Error {
  override name = 'ConnectionError';
}

const classes: Readonly<Record<number, typeof KalendsError>> = {
  400: ValidationError,
  401: AuthenticationError,
  404: NotFoundError,
  409: ConflictError,
  410: CursorExpiredError,
  422: ValidationError,
  429: RateLimitError,
};

/** The error of an answer, by its status. */
export function errorOf(status: number, body: unknown, details: AnswerDetails): KalendsError {
  const ErrorClass = status >= 500 ? ServerError : (classes[status] ?? KalendsError);
  return new ErrorClass(status, body, details);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function textOf(body: unknown): string {
  if (!isObject(body)) return String(body);
  const { detail, error } = body;
  return typeof detail === 'string' ? detail : typeof error === 'string' ? error : JSON.stringify(body);
}
