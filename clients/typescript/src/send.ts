import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError, errorOf, KalendsError, NotFoundError, UnreadableAnswerError } from './errors.ts';

export interface KalendsOptions {
  /** Address of your Kalends, without `/api/v1`; default: the environment variable `KALENDS_URL`. */
  url?: string | undefined;
  /** API key of the project; default: the environment variable `KALENDS_API_KEY`. */
  apiKey?: string | undefined;
  /** How often a request is sent again; default 4. Only what is safe to repeat: every POST carries an `Idempotency-Key`. */
  retries?: number;
  /** Milliseconds until an attempt is given up; default 30,000. */
  timeoutMs?: number;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
}

interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`. */
  path: string;
  query?: object | undefined;
  body?: object | undefined;
}

/** Sends a request. @returns the parsed answer; undefined when it is empty */
export type Send = <Answer>(request: Request) => Promise<Answer>;

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** Longer ones are left to the caller, who sees them in the error. */
const longestRetryAfterSeconds = 60;
const repeated: ReadonlySet<number> = new Set([409, 429, 500, 502, 503, 504]);

/**
 * Sends requests, and sends them again after failures that pass: 429 and 5xx with a growing pause or after `Retry-After`,
 * 409 after `Retry-After`, and when no answer came.
 *
 * @throws Error without an address or a key
 */
export function createSend(options: KalendsOptions): Send {
  const { url: address = process.env['KALENDS_URL'], apiKey = process.env['KALENDS_API_KEY'] } = options;
  const { retries = 4, timeoutMs = 30_000, fetch: call = fetch } = options;
  if (!address) throw new Error('Give createKalends a url, or set KALENDS_URL');
  if (!apiKey) throw new Error('Give createKalends an apiKey, or set KALENDS_API_KEY');
  const base = `${address.replace(/\/+$/, '')}/api/v1`;

  const attempt = async (url: URL, { method, body: sent }: Request, key: string): Promise<unknown> => {
    const response = await call(url, {
      method,
      headers: {
        authorization: `Token ${apiKey}`,
        // A misspelt filter would find what it is to leave out.
        prefer: 'handling=strict',
        ...(sent && { 'content-type': 'application/json' }),
        ...(method === 'POST' && { 'idempotency-key': key }),
      },
      ...(sent && { body: JSON.stringify(sent) }),
      // The API has none. A followed one would carry credentials to another address.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    const { status, headers } = response;
    const details = {
      retryAfterSeconds: retryAfter(headers),
      requestId: headers.get('apigw-requestid'),
      existingId: headers.get('x-existing-id'),
    };
    const body = parse(text);
    if (!response.ok) throw errorOf(status, body ?? text, details);
    if (body === undefined && text !== '') throw new UnreadableAnswerError(status, text, details);
    return body;
  };

  return async <Answer>(request: Request): Promise<Answer> => {
    const url = addressOf(base, request);
    // The same in every attempt, so that nothing is done twice.
    const key = randomUUID();
    for (let count = 0; ; count += 1) {
      try {
        return (await attempt(url, request, key)) as Answer;
      } catch (error) {
        // The first attempt has deleted it, and its answer was lost.
        if (request.method === 'DELETE' && count > 0 && error instanceof NotFoundError) return undefined as Answer;
        const pauseMs = pauseAfter(error, count);
        if (pauseMs === null || count >= retries) {
          throw error instanceof KalendsError ? error : new ConnectionError('no answer', { cause: error });
        }
        await sleep(pauseMs);
      }
    }
  };
}

function addressOf(base: string, { path, query = {} }: Request): URL {
  const url = new URL(`${base}${path}`);
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null)
        url.searchParams.append(name, one instanceof Date ? one.toISOString() : String(one));
    }
  }
  return url;
}

/** @returns null when the request must not be sent again */
function pauseAfter(error: unknown, count: number): number | null {
  const growing = Math.min(firstPauseMs * 2 ** count, longestPauseMs) * (0.5 + Math.random() / 2);
  if (!(error instanceof KalendsError)) return growing;
  if (!repeated.has(error.status)) return null;
  const { retryAfterSeconds } = error;
  // A conflict that does not pass: an object that cannot be read.
  if (retryAfterSeconds === null) return error.status === 409 ? null : growing;
  return retryAfterSeconds > longestRetryAfterSeconds ? null : 1000 * retryAfterSeconds;
}

/** Seconds or a date, as HTTP has it (RFC 9110, 10.2.3). */
function retryAfter(headers: Headers): number | null {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value);
  // Dates have the name of a day; `Date.parse` reads more than dates of HTTP.
  const at = /^[A-Z][a-z]+, /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

/** @returns undefined when the text is no JSON, such as a page of a proxy */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
