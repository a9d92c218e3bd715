/** An answer of Google's APIs that is not a success, thrown by whichever part notices and sent as it is. */
export class GoogleError extends Error {
  override readonly name = 'GoogleError';
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;

  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`Google error ${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

type ErrorDetails = {
  domain?: string;
  location?: string;
  locationType?: 'parameter' | 'header';
  status?: string;
  details?: unknown[];
};

/** The error body of the Calendar API. Without `reason` the list of errors is left out, as some 410s have it. */
export function calendarErrorBody(code: number, reason: string | undefined, message: string, more: ErrorDetails = {}) {
  const { domain = 'global', location, locationType, status, details } = more;
  const place = location === undefined ? {} : { locationType: locationType ?? 'parameter', location };
  return {
    error: {
      ...(reason === undefined ? {} : { errors: [{ domain, reason, message, ...place }] }),
      code,
      message,
      ...(status === undefined ? {} : { status }),
      ...(details === undefined ? {} : { details }),
    },
  };
}

/** A Calendar API error, ready to throw. */
export function calendarError(
  code: number,
  reason: string | undefined,
  message: string,
  more: ErrorDetails = {},
): GoogleError {
  const headers: Record<string, string> =
    code === 401 ? { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' } : {};
  return new GoogleError(code, calendarErrorBody(code, reason, message, more), headers);
}

/** 400 for one query parameter. */
export function parameterError(parameter: string, message: string, reason = 'invalid'): GoogleError {
  return calendarError(400, reason, message, { location: parameter });
}

/** 404 as calendars and events answer it, also when access was lost. */
export function notFound(): GoogleError {
  return calendarError(404, 'notFound', 'Not Found');
}
