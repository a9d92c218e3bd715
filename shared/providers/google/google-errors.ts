import * as z from 'zod';
import type { FailureCode } from '../../calendars/calendar.ts';
import { ProviderError, type ProviderVerdict } from '../provider-error.ts';
import {
  type FailedAnswer,
  lookUp,
  passingVerdict,
  unknownVerdict,
  unreadableVerdict,
  withPause,
} from '../read-refusal.ts';

const quota: ProviderVerdict = { kind: 'quota' };
const clientRefused: ProviderVerdict = { kind: 'operator', error: 'client_refused' };
const apiNotEnabled: ProviderVerdict = { kind: 'operator', error: 'api_not_enabled' };
const resync: ProviderVerdict = { kind: 'resync' };
const tooLarge: ProviderVerdict = { kind: 'too_large' };
const disconnect = (code: FailureCode): ProviderVerdict => ({ kind: 'disconnect', code });

/**
 * Refusals of the token endpoint, by `error`
 * (https://developers.google.com/identity/protocols/oauth2#expiration and the web-server guide). An error that is not
 * listed is refused: it proves nothing.
 */
const tokenErrors: Record<string, ProviderVerdict> = {
  invalid_grant: disconnect('authorization_revoked'),
  admin_policy_enforced: disconnect('admin_blocked'),
  access_denied: disconnect('admin_blocked'),
  org_internal: disconnect('admin_blocked'),
  invalid_client: clientRefused,
  deleted_client: clientRefused,
  disabled_client: clientRefused,
  unauthorized_client: clientRefused,
  invalid_scope: clientRefused,
  invalid_request: clientRefused,
  unsupported_grant_type: clientRefused,
  redirect_uri_mismatch: clientRefused,
  rate_limit_exceeded: quota,
  temporarily_unavailable: { kind: 'retry', error: 'provider_unavailable' },
  server_error: { kind: 'retry', error: 'provider_unavailable' },
};

/** `invalid_grant` has one word for every cause; its description shows an account that a new consent cannot repair. */
const lostAccount = /\b(account|user) (has been |is |was )?(deleted|disabled|suspended|not found)\b/i;

/**
 * Refusals of the Calendar API, by `reason`
 * (https://developers.google.com/workspace/calendar/api/guides/errors,
 * https://developers.google.com/workspace/calendar/api/guides/quota).
 */
const reasons: Record<string, ProviderVerdict> = {
  insufficientPermissions: disconnect('consent_missing'),
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: disconnect('consent_missing'),
  // https://github.com/GAM-team/GAM/issues/806
  notACalendarUser: disconnect('mailbox_unavailable'),
  domainPolicy: disconnect('admin_blocked'),
  domainCannotUseApis: disconnect('admin_blocked'),
  accountDeleted: disconnect('account_disabled'),
  accountDisabled: disconnect('account_disabled'),
  accessNotConfigured: apiNotEnabled,
  responseTooLarge: tooLarge,
  fullSyncRequired: resync,
  updatedMinTooLongAgo: resync,
  pushNotSupportedForRequestedResource: { kind: 'push_unsupported' },
  'push.webhookUrlUnauthorized': { kind: 'push_unsupported' },
};

/**
 * Families of reasons. Google adds words to them, like `userRateLimitExceededUnreg`
 * (https://github.com/kidd/org-gcal.el/issues/51) and `API_KEY_SERVICE_BLOCKED`
 * (https://github.com/fullcalendar/fullcalendar/issues/6673).
 */
const families: [RegExp, ProviderVerdict][] = [
  [/^(api_key|billing|consumer|service)_|^user_project_denied|^keyInvalid$|^keyExpired$/i, apiNotEnabled],
  [/limits?_?exceeded|quota|rate_?limit|resource_exhausted/i, quota],
];

/** The domain of all quotas, whatever the reason. */
const quotaDomains = new Set(['usageLimits']);

const tokenErrorSchema = z.object({ error: z.string(), error_description: z.string().optional().catch(undefined) });
const text = z.string().catch('');
const reasonSchema = z.object({ reason: text, domain: text }).catch({ reason: '', domain: '' });
const apiErrorSchema = z.object({
  error: z.object({
    message: text,
    status: text,
    errors: z.array(reasonSchema).catch([]),
    details: z.array(reasonSchema).catch([]),
  }),
});

/**
 * @param answer of the token endpoint, undefined when none came @param now milliseconds since the epoch
 */
export function googleTokenError(answer: FailedAnswer | undefined, now: number): ProviderError {
  const fail = (verdict: ProviderVerdict): ProviderError =>
    new ProviderError(verdict, `token_${answer?.status ?? 'network'}`, 'the token endpoint failed');
  if (!answer) return fail({ kind: 'retry', error: 'provider_unavailable' });
  const passing = passingVerdict(answer, now);
  if (passing) return fail(passing);
  const parsed = tokenErrorSchema.safeParse(answer.body);
  if (!parsed.success) return fail({ kind: 'retry', error: 'answer_unreadable' });
  const { error, error_description: description = error } = parsed.data;
  const isLost = error === 'invalid_grant' && lostAccount.test(description);
  const verdict = isLost ? disconnect('account_disabled') : (lookUp(tokenErrors, error) ?? { kind: 'refused' });
  return new ProviderError(withPause(verdict, answer, now), error, description);
}

/**
 * @param hadSyncToken a 410 for a request with a sync token, or a 400 that names the token invalid, means a new listing
 * @param now milliseconds since the epoch
 */
export function googleApiError(answer: FailedAnswer, hadSyncToken: boolean, now: number): ProviderError {
  const { status } = answer;
  const parsed = apiErrorSchema.safeParse(answer.body);
  const { error } = parsed.data ?? { error: { message: '', status: '', errors: [], details: [] } };
  const found = [...error.details, ...error.errors].filter(({ reason, domain }) => reason || domain);
  const code = found.find(({ reason }) => reason)?.reason ?? `http_${status}`;
  const fail = (verdict: ProviderVerdict): ProviderError => new ProviderError(verdict, code, error.message || code);

  const passing = passingVerdict(answer, now);
  if (passing) return fail(passing);
  // JSON of another shape is not Google's.
  if (!parsed.success && answer.body !== null) return fail(unreadableVerdict(answer, now));
  if (hadSyncToken && (status === 410 || (status === 400 && /sync token/i.test(error.message)))) return fail(resync);
  const known =
    found.map(({ reason }) => verdictOfReason(reason)).find((verdict) => verdict !== undefined) ??
    (found.some(({ domain }) => quotaDomains.has(domain)) ? quota : verdictOfReason(error.status));
  return fail(known ? withPause(known, answer, now) : unknownVerdict(status));
}

/** Does an answer say, in Google's words, that an event does not exist? */
export const isAbsent = ({ status, body }: Pick<FailedAnswer, 'status' | 'body'>): boolean =>
  (status === 404 || status === 410) && apiErrorSchema.safeParse(body).success;

const verdictOfReason = (reason: string): ProviderVerdict | undefined =>
  lookUp(reasons, reason) ?? families.find(([pattern]) => pattern.test(reason))?.[1];
