import { randomUUID } from 'node:crypto';

/** An answer of Graph that is not a success, thrown by whichever part notices and sent as it is. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;

  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`Graph error ${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** The error body of Graph. Some services spell `innererror`; codes come in any case. */
export function graphErrorBody(code: string, message: string, inner: 'innerError' | 'innererror' = 'innerError') {
  const id = randomUUID();
  return {
    error: {
      code,
      message,
      [inner]: { date: new Date().toISOString().slice(0, 19), 'request-id': id, 'client-request-id': id },
    },
  };
}

/** A Graph error, ready to throw. */
export function graphError(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): GraphError {
  return new GraphError(status, graphErrorBody(code, message), headers);
}

/** 404 for an event or calendar, also for one that exists elsewhere in the mailbox. */
export function itemNotFound(): GraphError {
  return graphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
}

/** 400 for one query parameter. */
export function invalidParameter(name: string, value: string): GraphError {
  return graphError(400, 'ErrorInvalidParameter', `The value '${value}' of parameter '${name}' is invalid.`);
}
