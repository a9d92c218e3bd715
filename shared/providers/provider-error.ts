import type { FailureCode } from '../calendars/calendar.ts';

/** What a passing failure was, as `sync_error` shows it. */
type PassingError = 'provider_unavailable' | 'provider_slow' | 'answer_unreadable';

/** What is wrong on the side of the operator: the OAuth client with its secret, or the project it belongs to. */
type OperatorError = 'client_refused' | 'api_not_enabled';

/**
 * What a failed provider call means for the calendar. Only words that are positively known to mean a loss of access say
 * `disconnect`. What is in no table is `refused`, `missing`, `unauthorized` or `rejected`, by its status.
 */
export type ProviderVerdict =
  /** A loss of access, in the provider's known words. */
  | { kind: 'disconnect'; code: FailureCode }
  /** The operator's OAuth client or project is refused: an alarm. The calendar stays connected. */
  | { kind: 'operator'; error: OperatorError }
  /**
   * The app is unknown or disabled in the user's tenant, or the tenant is gone. If other calendars of the client are
   * fine, the access is lost; otherwise the client is the operator's to repair.
   */
  | { kind: 'tenant_refused'; code: FailureCode }
  /** A quota is used up: retry, not before `retryAfterMs` if the provider named a time. */
  | { kind: 'quota'; retryAfterMs?: number | undefined }
  /**
   * A passing failure: retry, not before `retryAfterMs` if the provider named a time. `isTokenDoubtful`: the access token
   * may be the reason, so it is refreshed once.
   */
  | { kind: 'retry'; error: PassingError; retryAfterMs?: number | undefined; isTokenDoubtful?: boolean }
  /** 401: refresh the access token once. Of a fresh token for many hours it is a loss of access, probably `suspected`. */
  | { kind: 'unauthorized'; suspected?: FailureCode }
  /** 403 without known words. It proves nothing, unless the calendar list is refused for the same `suspected` reason. */
  | { kind: 'refused'; suspected?: FailureCode }
  /** 404 without known words. The calendar list shows whether the calendar is gone. */
  | { kind: 'missing'; suspected?: FailureCode }
  /** Another 4xx without known words. */
  | { kind: 'rejected' }
  /** The sync token is invalid: a full listing follows. */
  | { kind: 'resync' }
  /** The answer would be too large: request smaller pages. */
  | { kind: 'too_large' }
  /** The provider does not push for this calendar. */
  | { kind: 'push_unsupported' };

export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly verdict: ProviderVerdict;
  /** The provider's code, e.g. `invalid_grant` or `rateLimitExceeded`. */
  readonly providerCode: string;

  constructor(verdict: ProviderVerdict, providerCode: string, message: string, options?: ErrorOptions) {
    super(bounded(message, 500), options);
    this.verdict = verdict;
    this.providerCode = bounded(providerCode, 100);
  }
}

/** Code and message are stored and shown. */
const bounded = (text: string, length: number): string => text.slice(0, length).replaceAll('\0', '').toWellFormed();
