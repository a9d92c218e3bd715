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
export function passingVerdict({ status, headers, body }: FailedAnswer, now: number): ProviderVerdict | null {
  const pause = { retryAfterMs: retryAfterMs(headers, now) };
  if (status === 429) return { kind: 'quota', ...pause };
  if (status >= 500 || passingStatuses.has(status)) return { kind: 'retry', error: 'provider_unavailable', ...pause };
  // A page of a proxy or a front end says nothing about the calendar. An empty body leaves the status.
  return body === undefined ? { kind: 'retry', error: 'answer_unreadable', ...pause } : null;
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
