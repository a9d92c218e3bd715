import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { findUrlFaults, type UrlRules } from './find-url-faults.ts';
import { type Resolve, resolveAllowed } from './resolve-allowed.ts';

/** A request, as it went. */
export interface SafeAnswer {
  /** HTTP status; null when there was no answer. */
  status: number | null;
  retryAfter: string | undefined;
  /** The beginning of the answer. */
  text: string;
  /** Code of what went wrong before an answer came, e.g. `TIMEOUT`, `ADDRESS_REFUSED`, `ECONNREFUSED`. */
  error: string | null;
  durationMs: number;
}

export type RequestSafely = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  headers: Record<string, string>,
  body: Buffer,
) => Promise<SafeAnswer>;

export interface SafeRequestOptions extends UrlRules {
  /** From the look-up of the host to the last byte read. */
  timeoutMs: number;
  resolve: Resolve;
}

/**
 * No connection outlives its request: between two, a function may sleep for hours. Whatever the environment says
 * (`NODE_USE_ENV_PROXY`, `NODE_TLS_REJECT_UNAUTHORIZED`), no proxy stands between the check of an address and the
 * connection, and certificates are verified.
 */
const connection = { keepAlive: false, proxyEnv: {} };

/**
 * Sends requests so that it is safe to let users point them anywhere: only to addresses that `findUrlFaults` and the check of
 * every resolved address let pass, over a connection of its own to an address that was checked, without following
 * redirects, within a time-out, reading little of the answer. Never throws; a failure is an answer with an `error`.
 */
export function createSafeRequest(
  { timeoutMs, resolve, ...rules }: SafeRequestOptions,
  /** How much of an answer is read, and given. */
  answer: { bytes: number; characters: number },
): RequestSafely {
  const lookup = resolveAllowed(resolve, rules);
  const agents = {
    http: new HttpAgent(connection),
    https: new HttpsAgent({ ...connection, rejectUnauthorized: true }),
  };

  return async (method, url, headers, body) => {
    const started = performance.now();
    const signal = AbortSignal.timeout(timeoutMs);
    const outcome = (): Promise<Omit<SafeAnswer, 'durationMs'>> => {
      // The rules may have become stricter since the endpoint was made, and hosts that are addresses skip the look-up.
      if (findUrlFaults(url, rules).length > 0) throw codeError('ADDRESS_REFUSED');
      const target = new URL(url);
      const options = { method, headers: { ...headers, 'content-length': body.length }, lookup, signal };
      return new Promise((settle, fail) => {
        const request =
          target.protocol === 'https:'
            ? requestHttps(target, { ...options, agent: agents.https })
            : requestHttp(target, { ...options, agent: agents.http });
        request.on('response', (response) => {
          // The receiver has decided: what goes wrong with the rest of its answer changes nothing.
          request.off('error', fail).on('error', () => undefined);
          const { statusCode: status = null, headers: answered } = response;
          readStart(response, answer).then(
            (text) => settle({ status, retryAfter: answered['retry-after'], text, error: null }),
            fail,
          );
        });
        // To switch protocols is no answer to a webhook; unheard, it would end the request without an event to settle on.
        request.on('upgrade', ({ statusCode: status = null }, socket) => {
          socket.destroy();
          settle({ status, retryAfter: undefined, text: '', error: null });
        });
        request.on('error', fail);
        request.end(body);
      });
    };
    try {
      return { ...(await outcome()), durationMs: elapsed(started) };
    } catch (error) {
      const code = signal.aborted ? 'TIMEOUT' : codeOf(error);
      return { status: null, retryAfter: undefined, text: '', error: code, durationMs: elapsed(started) };
    }
  };
}

/** The beginning of an answer. Its status has been said by then, so a body that breaks off or never ends is no failure. */
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
    // What was read of it stands.
  }
  response.destroy();
  const text = Buffer.concat(chunks).subarray(0, bytes).toString('utf8');
  return Array.from(text).slice(0, characters).join('');
}

const elapsed = (started: number): number => Math.round(performance.now() - started);

const codeError = (code: string): Error => Object.assign(new Error(code), { code });

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? 'UNKNOWN';
