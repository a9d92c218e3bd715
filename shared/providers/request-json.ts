import { providerTimingMs } from '../platform/timing.ts';
import { noteRequest } from './count-requests.ts';
import { ProviderError } from './provider-error.ts';

export interface JsonAnswer {
  status: number;
  headers: Headers;
  /** Parsed body; null when it is empty or not JSON. */
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
    throw new ProviderError({ kind: 'retry' }, 'network', 'no answer from the provider', { cause });
  }
  return { status: response.status, headers: response.headers, body: parse(text) };
}

/** A successful answer without a JSON body was cut off on its way. */
export const isCutOff = ({ status, body }: JsonAnswer): boolean => status === 200 && body === null;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param now milliseconds since the epoch @returns milliseconds to wait, from seconds or an HTTP date */
export function retryAfterMs(headers: Pick<Headers, 'get'>, now: number): number | undefined {
  const value = headers.get('retry-after');
  if (!value) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(wait) && wait > 0 ? wait : undefined;
}
