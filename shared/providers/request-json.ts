import { providerTimingMs } from '../platform/timing.ts';
import { noteRequest } from './count-requests.ts';
import { ProviderError } from './provider-error.ts';

export interface JsonAnswer {
  status: number;
  headers: Headers;
  /** Parsed body; null when it is empty, undefined when it is not JSON. */
  body: unknown;
}

/**
 * One HTTP request to a provider. It follows no redirect, so that the bearer token reaches no other host.
 *
 * @throws ProviderError `retry` when no answer comes within `providerTimingMs.request`
 */
export async function requestJson(url: URL | string, init: RequestInit = {}): Promise<JsonAnswer> {
  let response: Response;
  let text: string;
  noteRequest();
  try {
    response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(providerTimingMs.request), ...init });
    text = await response.text();
  } catch (cause) {
    const isSlow = cause instanceof Error && cause.name === 'TimeoutError';
    throw new ProviderError(
      { kind: 'retry', error: isSlow ? 'provider_slow' : 'provider_unavailable' },
      isSlow ? 'timeout' : 'network',
      'no answer from the provider',
      { cause },
    );
  }
  return { status: response.status, headers: response.headers, body: parse(text) };
}

/** A successful answer without a JSON body was cut off on its way. */
export const isCutOff = ({ status, body }: JsonAnswer): boolean =>
  status === 200 && (body === null || body === undefined);

function parse(text: string): unknown {
  if (text.trim() === '') return null;
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
