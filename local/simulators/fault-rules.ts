import type { RecordedRequest } from './request-log.ts';

/** What happens instead of, or around, the real answer. */
export type FaultOutcome = {
  /** Answer with this status; without it the request is served as usual (after `delayMs`). */
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Wait before anything else happens. */
  delayMs?: number;
  /** Close the connection without an answer. */
  dropConnection?: boolean;
  /** An HTML page as proxies and front ends send it, instead of a JSON body. */
  html?: string;
  /** Cut the answer in the middle of its JSON. */
  truncate?: boolean;
  /** Do the work first and only then fail: the client cannot know that it succeeded. */
  afterWork?: boolean;
};

/** Applies to the next `times` requests of a kind, optionally of one calendar, account or page. */
export type FaultRule<Kind extends string> = {
  on: Kind | 'any';
  calendar?: string;
  account?: string;
  page?: number;
  times: number;
  outcome: FaultOutcome;
};

/** The first rule that fits, used up by one; exhausted rules are removed. */
export function takeFault<Kind extends string>(
  rules: FaultRule<Kind>[],
  request: RecordedRequest<Kind>,
): FaultOutcome | undefined {
  const index = rules.findIndex(
    (rule) =>
      (rule.on === 'any' || rule.on === request.kind) &&
      (rule.calendar === undefined || rule.calendar === request.calendarId) &&
      (rule.account === undefined || rule.account === request.account) &&
      (rule.page === undefined || rule.page === request.page) &&
      rule.times > 0,
  );
  const rule = rules[index];
  if (rule === undefined) return undefined;
  rule.times -= 1;
  if (rule.times <= 0) rules.splice(index, 1);
  return rule.outcome;
}
