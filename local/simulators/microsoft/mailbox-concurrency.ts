import { graphError } from './graph-error.ts';
import type { MicrosoftRequestKind } from './route-request.ts';
import type { MicrosoftAccount, SimulatorState } from './simulator-state.ts';

/** Outlook serves this many requests of an app to one mailbox at a time. */
const MAX_CONCURRENT = 4;
const RETRY_AFTER_S = 1;

/** Requests that reach the mailbox; the rest of Graph has other limits. */
const MAILBOX_KINDS = new Set<MicrosoftRequestKind>([
  'mailboxSettings',
  'calendars',
  'calendar',
  'list',
  'delta',
  'view',
  'event',
  'instances',
]);

export type MailboxConcurrency = {
  /** Takes a place until the returned function is called. Undefined: there is none free. */
  enter(account: MicrosoftAccount | undefined, kind: MicrosoftRequestKind): (() => void) | undefined;
};

/** Counts open requests per mailbox. */
export function createMailboxConcurrency(): MailboxConcurrency {
  const open = new Map<string, number>();
  return {
    enter(account, kind) {
      if (account === undefined || !MAILBOX_KINDS.has(kind)) return () => undefined;
      const { email } = account;
      const count = open.get(email) ?? 0;
      if (count >= MAX_CONCURRENT) return undefined;
      open.set(email, count + 1);
      return () => open.set(email, (open.get(email) ?? 1) - 1);
    },
  };
}

/** What a request over the limit gets: 429, or 503 by switch, with Retry-After. */
export function refuseConcurrent(state: SimulatorState) {
  const { concurrencyStatus: status } = state.switches;
  const code = status === 429 ? 'ApplicationThrottled' : 'MailboxConcurrency';
  const headers = { 'retry-after': String(RETRY_AFTER_S) };
  return graphError(status, code, 'Application is over its MailboxConcurrency limit.', headers);
}
