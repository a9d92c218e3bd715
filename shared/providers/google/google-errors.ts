import * as z from 'zod';
import type { FailureCode } from '../../calendars/calendar.ts';
import { ProviderError, type ProviderVerdict } from '../provider-error.ts';
import { type JsonAnswer, retryAfterMs } from '../request-json.ts';

const retry: ProviderVerdict = { kind: 'retry' };
const operator: ProviderVerdict = { kind: 'operator' };
const resync: ProviderVerdict = { kind: 'resync' };
const disconnect = (code: FailureCode): ProviderVerdict => ({ kind: 'disconnect', code });

/**
 * Refusals of the token endpoint, by `error`
 * (https://developers.google.com/identity/protocols/oauth2#expiration and the web-server guide). Every other error counts
 * as passing: only a proven loss of access disconnects.
 */
const tokenErrors: Record<string, ProviderVerdict> = {
  invalid_grant: disconnect('authorization_revoked'),
  admin_policy_enforced: disconnect('admin_blocked'),
  access_denied: disconnect('admin_blocked'),
  org_internal: disconnect('admin_blocked'),
  invalid_client: operator,
  deleted_client: operator,
  disabled_client: operator,
  unauthorized_client: operator,
  invalid_scope: operator,
  unsupported_grant_type: operator,
  redirect_uri_mismatch: operator,
};

/**
 * Refusals of the Calendar API, by `reason`
 * (https://developers.google.com/workspace/calendar/api/guides/errors). A 403 for an exceeded quota is no loss of access.
 */
const apiErrors: Record<string, ProviderVerdict> = {
  rateLimitExceeded: retry,
  userRateLimitExceeded: retry,
  quotaExceeded: retry,
  dailyLimitExceeded: retry,
  insufficientPermissions: disconnect('consent_missing'),
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: disconnect('consent_missing'),
  accessNotConfigured: operator,
  SERVICE_DISABLED: operator,
  fullSyncRequired: resync,
  updatedMinTooLongAgo: resync,
  pushNotSupportedForRequestedResource: { kind: 'push_unsupported' },
  'push.webhookUrlUnauthorized': { kind: 'push_unsupported' },
};

/** Verdicts for reasons that are not in the table. */
const statuses: Record<number, ProviderVerdict> = {
  401: { kind: 'unauthorized' },
  403: { kind: 'forbidden' },
  404: { kind: 'missing' },
};

const tokenErrorSchema = z.object({ error: z.string(), error_description: z.string().optional() });
const apiErrorSchema = z.object({
  error: z.object({
    message: z.string().catch(''),
    errors: z.array(z.object({ reason: z.string().catch('') })).catch([]),
    details: z.array(z.object({ reason: z.string().catch('') })).catch([]),
  }),
});

/** @param status of the token endpoint's answer @param body its parsed JSON, if it was JSON */
export function googleTokenError(status: number | undefined, body: unknown, retryAfter?: number): ProviderError {
  const parsed = tokenErrorSchema.safeParse(body);
  const transient = status === undefined || status === 429 || status >= 500 || !parsed.success;
  if (transient) return new ProviderError(retryIn(retryAfter), `token_${status ?? 'network'}`, 'token endpoint failed');
  const { error, error_description: description } = parsed.data;
  return new ProviderError(tokenErrors[error] ?? retry, error, description ?? error);
}

/**
 * @param hadSyncToken a 410 for a request with a sync token, or a 400 that names the token invalid, means a new listing
 * @param now milliseconds since the epoch
 */
export function googleApiError(answer: JsonAnswer, hadSyncToken: boolean, now: number): ProviderError {
  const { status, headers, body } = answer;
  const { error } = apiErrorSchema.safeParse(body).data ?? { error: { message: '', errors: [], details: [] } };
  const reasons = [...error.details, ...error.errors].map(({ reason }) => reason).filter(Boolean);
  const code = reasons[0] ?? `http_${status}`;
  const fail = (verdict: ProviderVerdict): ProviderError => new ProviderError(verdict, code, error.message || code);

  if (status === 429 || status >= 500) return fail(retryIn(retryAfterMs(headers, now)));
  if (hadSyncToken && (status === 410 || (status === 400 && /sync token/i.test(error.message)))) return fail(resync);
  for (const reason of reasons) {
    const verdict = apiErrors[reason];
    if (verdict) return fail(verdict.kind === 'retry' ? retryIn(retryAfterMs(headers, now)) : verdict);
  }
  return fail(statuses[status] ?? operator);
}

const retryIn = (ms: number | undefined): ProviderVerdict =>
  ms === undefined ? retry : { kind: 'retry', retryAfterMs: ms };
