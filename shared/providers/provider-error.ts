import type { FailureCode } from '../calendars/calendar.ts';

/** What a failed provider call means for the calendar. */
export type ProviderVerdict =
  /** Proven loss of access. */
  | { kind: 'disconnect'; code: FailureCode }
  /** The operator's OAuth client or project is refused: an alarm. The calendar stays connected. */
  | { kind: 'operator' }
  /** A passing failure: retry, not before `retryAfterMs` if the provider named a time. */
  | { kind: 'retry'; retryAfterMs?: number }
  /** The access token was refused: refresh it once. */
  | { kind: 'unauthorized' }
  /** The sync token is invalid: a full listing follows. */
  | { kind: 'resync' }
  /** The calendar was not found. The calendar list confirms it. */
  | { kind: 'missing' }
  /** We may not read the calendar, or the whole account. The calendar list shows which. */
  | { kind: 'forbidden' }
  /** The provider does not push for this calendar. */
  | { kind: 'push_unsupported' };

export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly verdict: ProviderVerdict;
  /** The provider's code, e.g. `invalid_grant` or `rateLimitExceeded`. */
  readonly providerCode: string;

  constructor(verdict: ProviderVerdict, providerCode: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.verdict = verdict;
    this.providerCode = providerCode;
  }
}
