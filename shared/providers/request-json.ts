import { providerTimingMs } from '../platform/timing.ts';
import { ProviderError } from './provider-error.ts';
import { readEnds, readText } from './read-body.ts';
import { noteRequest, requestSignal } from './request-scope.ts';

export interface JsonAnswer {
  status: number;
  headers: Headers;
  /** Parsed body; null when it is empty, undefined when it is not JSON. */
  body: unknown;
  /** Length of the body. */
  bytes: number;
}

/** A longer answer is not read. Several of them, parsed, fit into the memory of the function that syncs. */
export const longestAnswer = 24_000_000;

/** Of an answer that is too long to be kept, so much is read to find its end. */
const longestSkipped = 1_000_000_000;
const endSize = 64_000;

/**
 * One HTTP request to a provider. It follows no redirect, so that the bearer token reaches no other host.
 *
 * @param timeoutMs `providerTimingMs.request`, or that of token requests
 * @throws ProviderError `retry` when no answer comes within that time, or before the run's time is over;
 * `too_large` when it is longer than `longestAnswer`
 */
export const requestJson = (
  url: URL | string,
  init: RequestInit = {},
  timeoutMs: number = providerTimingMs.request,
): Promise<JsonAnswer> =>
  request(url, { init, timeoutMs }, async (response) => {
    const read = await readText(response.body, longestAnswer);
    if (read === null) throw new ProviderError({ kind: 'too_large' }, 'too_large', 'the answer is too large');
    return { status: response.status, headers: response.headers, body: parse(read.text), bytes: read.bytes };
  });

/** Beginning and end of a successful answer that is too large to be kept. @throws ProviderError */
export const requestEnds = (url: URL | string, init: RequestInit): Promise<{ head: string; tail: string }> =>
  request(url, { init, timeoutMs: providerTimingMs.request }, async (response) => {
    const read = response.ok ? await readEnds(response.body, { size: endSize, longest: longestSkipped }) : null;
    if (read === null) throw new ProviderError({ kind: 'too_large' }, 'too_large', 'the answer is too large');
    return read;
  });

async function request<Answer>(
  url: URL | string,
  { init, timeoutMs }: { init: RequestInit; timeoutMs: number },
  read: (response: Response) => Promise<Answer>,
): Promise<Answer> {
  const runsOut = requestSignal();
  const signals = [AbortSignal.timeout(timeoutMs), ...(runsOut ? [runsOut] : [])];
  try {
    runsOut?.throwIfAborted();
    noteRequest();
    return await read(await fetch(url, { redirect: 'error', ...init, signal: AbortSignal.any(signals) }));
  } catch (cause) {
    throw cause instanceof ProviderError ? cause : unanswered(cause, runsOut?.aborted ?? false);
  }
}

function unanswered(cause: unknown, isOver: boolean): ProviderError {
  const isSlow = isOver || (cause instanceof Error && cause.name === 'TimeoutError');
  const code = isOver ? 'out_of_time' : isSlow ? 'timeout' : 'network';
  const error = isSlow ? 'provider_slow' : 'provider_unavailable';
  return new ProviderError({ kind: 'retry', error }, code, 'no answer from the provider', { cause });
}

/** A successful answer without a JSON body was cut off on its way. */
export const isCutOff = ({ status, body }: JsonAnswer): boolean =>
  status === 200 && (body === null || body === undefined);

/** `trim` removes a byte order mark as well, which .NET writes before some answers. */
function parse(answer: string): unknown {
  const text = answer.trim();
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A longer pause than this is not believed. */
const longestRetryAfterMs = providerTimingMs.longestRetryAfter;

/**
 * @param now milliseconds since the epoch
 * @returns milliseconds to wait, from seconds or an HTTP date of any form, at most `providerTimingMs.longestRetryAfter`
 */
export function retryAfterMs(headers: Pick<Headers, 'get'>, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  const wait = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : httpDateMs(value) - now;
  return wait > 0 ? Math.min(Math.ceil(wait), longestRetryAfterMs) : undefined;
}

/** The two obsolete forms of HTTP dates name no zone that `Date.parse` knows; all three forms are in GMT (RFC 9110, 5.6.7). */
const httpDateMs = (text: string): number => Date.parse(/(?:GMT|UTC|Z|[+-]\d{4})$/i.test(text) ? text : `${text} GMT`);
