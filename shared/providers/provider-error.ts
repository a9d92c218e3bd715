import type { FailureCode } from '../calendars/calendar.ts';

/** What a failed provider call means for the calendar. */
export type ProviderVerdict =
  /** Proven loss of access. */
  | { kind: 'disconnect'; code: FailureCode }
  /** The operator's OAuth client or project is at fault: alarm, never the user's loss. */
  | { kind: 'operator' }
  /** Passing: try again, not before `retryAfterMs` if the provider named a time. */
  | { kind: 'retry'; retryAfterMs?: number }
  /** The access token was refused: refresh it once. */
  | { kind: 'unauthorized' }
  /** The sync token is worthless: list anew. */
  | { kind: 'resync' }
  /** The calendar was not found; it takes a look at the calendar list to believe it. */
  | { kind: 'missing' }
  /** This is not for us to read: all of the account, or one calendar of it; the calendar list tells which. */
  | { kind: 'forbidden' }
  /** The provider does not push for this calendar. */
  | { kind: 'push_unsupported' };

export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly verdict: ProviderVerdict;
  /** The provider's own word for it, e.g. `invalid_grant` or `rateLimitExceeded`. */
  readonly providerCode: string;

  constructor(verdict: ProviderVerdict, providerCode: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.verdict = verdict;
    this.providerCode = providerCode;
  }
}
