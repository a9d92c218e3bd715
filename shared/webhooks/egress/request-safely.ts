import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { decodeAnswer } from './decode-answer.ts';
import { findUrlFaults, type UrlRules } from './find-url-faults.ts';
import { type Resolve, resolveAllowed } from './resolve-allowed.ts';

/** The answer to a request, or why there was none. */
export interface SafeAnswer {
  /** HTTP status; null when there was no answer. */
  status: number | null;
  retryAfter: string | undefined;
  /** The beginning of the answer. */
  text: string;
  /** Code of an error before the answer, e.g. `TIMEOUT`, `ABORTED`, `ADDRESS_REFUSED`, `ECONNREFUSED`; null when there was none. */
  error: string | null;
  /** What a parser error says about the answer. */
  reason?: string | undefined;
  /** Where a redirect leads. */
  location?: string | undefined;
  durationMs: number;
}

export type RequestSafely = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  headers: Record<string, string>,
  body: Buffer,
  /** Ends the request before its time-out, with the error `ABORTED`. */
  ended?: AbortSignal,
) => Promise<SafeAnswer>;

export interface SafeRequestOptions extends UrlRules {
  /** From the look-up of the host to the last byte read. */
  timeoutMs: number;
  resolve: Resolve;
}

/**
 * Connections are not reused: a function may be frozen for hours between two requests. Environment variables
 * (`NODE_USE_ENV_PROXY`, `NODE_TLS_REJECT_UNAUTHORIZED`) have no effect: no proxy connects to an address that was not
 * checked, and certificates are verified.
 */
const connection = { keepAlive: false, proxyEnv: {} };

/**
 * Sends requests to addresses that users choose. `findUrlFaults` checks the URL, and every resolved address is checked;
 * the connection goes to a checked address. Redirects are not followed, the time is limited, and little of the answer is
 * read. Never throws: a failure is an answer with an `error`.
 */
export function createSafeRequest(
  { timeoutMs, resolve, ...rules }: SafeRequestOptions,
  /** How much of an answer is read, and returned as `text`. */
  answer: { bytes: number; characters: number },
): RequestSafely {
  const lookup = resolveAllowed(resolve, rules);
  const agents = {
    http: new HttpAgent(connection),
    https: new HttpsAgent({ ...connection, rejectUnauthorized: true }),
  };

  return async (method, url, headers, body, ended) => {
    const started = performance.now();
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = ended ? AbortSignal.any([timeout, ended]) : timeout;
    const outcome = (): Promise<Omit<SafeAnswer, 'durationMs'>> => {
      // The rules may be stricter than at the endpoint's creation, and hosts that are addresses skip the look-up.
      if (findUrlFaults(url, rules).length > 0) throw codeError('ADDRESS_REFUSED');
      const target = new URL(url);
      const options = { method, headers: { ...headers, 'content-length': body.length }, lookup, signal };
      return new Promise((resolveAnswer, fail) => {
        const request =
          target.protocol === 'https:'
            ? requestHttps(target, { ...options, agent: agents.https })
            : requestHttp(target, { ...options, agent: agents.http });
        request.on('response', (response) => {
          // The status is the answer: an error in the rest of it changes nothing.
          request.off('error', fail).on('error', () => undefined);
          const { statusCode: status = null, headers: answered } = response;
          const { 'retry-after': retryAfter, location } = answered;
          readStart(response, answer).then(
            (text) => resolveAnswer({ status, retryAfter, location, text, error: null }),
            fail,
          );
        });
        // An answer that switches protocols emits neither `response` nor `error`: without this the promise never ends.
        request.on('upgrade', ({ statusCode: status = null }, socket) => {
          socket.destroy();
          resolveAnswer({ status, retryAfter: undefined, text: '', error: null });
        });
        request.on('error', fail);
        request.end(body);
      });
    };
    try {
      return { ...(await outcome()), durationMs: elapsed(started) };
    } catch (error) {
      const code = ended?.aborted ? 'ABORTED' : timeout.aborted ? 'TIMEOUT' : codeOf(error);
      const { reason } = error as { reason?: string };
      return { status: null, retryAfter: undefined, text: '', error: code, reason, durationMs: elapsed(started) };
    }
  };
}

/** The beginning of an answer's body. The status is known already, so a body that breaks off or never ends is no failure. */
async function readStart(
  response: IncomingMessage,
  { bytes, characters }: { bytes: number; characters: number },
): Promise<string> {
  const chunks: Buffer[] = [];
  let read = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      read += chunk.length;
      if (read >= bytes) break;
    }
  } catch {
    // The part that was read counts.
  }
  response.destroy();
  const { 'content-encoding': encoding, 'content-type': type } = response.headers;
  const text = decodeAnswer(Buffer.concat(chunks).subarray(0, bytes), { encoding, type });
  return Array.from(text).slice(0, characters).join('');
}

const elapsed = (started: number): number => Math.round(performance.now() - started);

const codeError = (code: string): Error => Object.assign(new Error(code), { code });

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? 'UNKNOWN';
