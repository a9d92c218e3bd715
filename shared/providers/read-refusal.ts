import type { ProviderVerdict } from './provider-error.ts';
import { type JsonAnswer, retryAfterMs } from './request-json.ts';

/** The part of a failed answer that errors are read from. */
export type FailedAnswer = Pick<JsonAnswer, 'status' | 'body'> & { headers: Pick<Headers, 'get'> };

/** 4xx that pass: the server gave up waiting, met a conflict, asks for another try, or has locked the mailbox. */
const passingStatuses = new Set([408, 409, 423, 425]);

/**
 * What a failed answer means by its status and form alone.
 *
 * @param now milliseconds since the epoch @returns null for a 4xx whose words decide
 */
export function passingVerdict(answer: FailedAnswer, now: number): ProviderVerdict | null {
  const { status, headers, body } = answer;
  const pause = { retryAfterMs: retryAfterMs(headers, now) };
  // A success without what was asked for, or a redirect, refuses nothing, whatever its words.
  if (status < 400) return { kind: 'retry', error: 'answer_unreadable', ...pause };
  if (status === 429) return { kind: 'quota', ...pause };
  if (status >= 500 || passingStatuses.has(status)) return { kind: 'retry', error: 'provider_unavailable', ...pause };
  // An empty body leaves the status.
  return body === undefined ? unreadableVerdict(answer, now) : null;
}

/**
 * What a failed answer means that is not the provider's by its form, but for example a page of a proxy: nothing about the
 * calendar. A 401 may be about the access token all the same. With a challenge for a bearer token it comes from the API
 * itself (RFC 6750, 3).
 */
export function unreadableVerdict({ status, headers }: FailedAnswer, now: number): ProviderVerdict {
  if (status === 401 && /\bbearer\b/i.test(headers.get('www-authenticate') ?? '')) return { kind: 'unauthorized' };
  const pause = { retryAfterMs: retryAfterMs(headers, now) };
  return { kind: 'retry', error: 'answer_unreadable', ...pause, ...(status === 401 && { isTokenDoubtful: true }) };
}

/** What a 4xx means whose words are in no table. */
export function unknownVerdict(status: number): ProviderVerdict {
  if (status === 401) return { kind: 'unauthorized' };
  if (status === 403) return { kind: 'refused' };
  return status === 404 ? { kind: 'missing' } : { kind: 'rejected' };
}

/** A verdict from a table, with the pause that the answer asks for. */
export const withPause = (verdict: ProviderVerdict, { headers }: FailedAnswer, now: number): ProviderVerdict =>
  verdict.kind === 'quota' || verdict.kind === 'retry'
    ? { ...verdict, retryAfterMs: verdict.retryAfterMs ?? retryAfterMs(headers, now) }
    : verdict;

/** @returns undefined when the table has no such word */
export const lookUp = (table: Record<string, ProviderVerdict>, word: string): ProviderVerdict | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;
