import type { FaultOutcome } from '../../local/simulators/fault-rules.ts';
import type { FailureCode } from '../../shared/calendars/calendar.ts';

/** An answer of a provider, as public reports show it. */
export interface Refusal {
  platform: 'google' | 'microsoft';
  name: string;
  on: 'any' | 'token';
  outcome: FaultOutcome;
}

const google = (status: number, reason: string, message: string, more: { domain?: string; detail?: string } = {}) => ({
  status,
  body: {
    error: {
      code: status,
      message,
      errors: [{ domain: more.domain ?? 'global', reason, message }],
      ...(more.detail && {
        status: 'PERMISSION_DENIED',
        details: [
          { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: more.detail, domain: 'googleapis.com' },
        ],
      }),
    },
  },
});
const graph = (status: number, code: string, message = ''): FaultOutcome => ({
  status,
  body: { error: { code, message } },
});
const entra = (error: string, number: number): FaultOutcome => ({
  status: 400,
  body: { error, error_codes: [number], error_description: `AADSTS${number}: refused` },
});
const ofGoogle = (name: string, outcome: FaultOutcome, on: Refusal['on'] = 'any'): Refusal => ({
  platform: 'google',
  name,
  on,
  outcome,
});
const ofMicrosoft = (name: string, outcome: FaultOutcome, on: Refusal['on'] = 'any'): Refusal => ({
  platform: 'microsoft',
  name,
  on,
  outcome,
});

const limits = [
  'dailyLimitExceededUnreg',
  'userRateLimitExceededUnreg',
  'concurrentLimitExceeded',
  'calendarUsageLimitsExceeded',
  'dailyLimitExceeded',
];

/** Refusals that never disconnect, however long they last, with the code of the `sync_error`. */
export const unproven: [Refusal, string][] = [
  // https://github.com/fullcalendar/fullcalendar/issues/6673
  [
    ofGoogle(
      'API_KEY_SERVICE_BLOCKED',
      google(403, 'forbidden', 'Requests to this API method are blocked.', { detail: 'API_KEY_SERVICE_BLOCKED' }),
    ),
    'api_not_enabled',
  ],
  // https://github.com/chicago-tool-library/circulate/issues/1437
  [ofGoogle('unregistered callers', google(403, 'forbidden', "Method doesn't allow unregistered callers.")), 'refused'],
  // https://github.com/kidd/org-gcal.el/issues/51
  ...limits.map((reason): [Refusal, string] => [
    ofGoogle(reason, google(403, reason, 'limit exceeded', { domain: 'usageLimits' })),
    'quota',
  ]),
  [ofGoogle('responseTooLarge', google(403, 'responseTooLarge', 'Response too large')), 'answer_unreadable'],
  [
    ofGoogle('only details', {
      status: 403,
      body: {
        error: {
          code: 403,
          message: 'Quota exceeded for quota metric',
          status: 'PERMISSION_DENIED',
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: 'RATE_LIMIT_EXCEEDED',
              domain: 'googleapis.com',
            },
          ],
        },
      },
    }),
    'quota',
  ],
  [
    ofGoogle(
      'rateLimitExceeded',
      google(403, 'rateLimitExceeded', 'Quota exceeded', { domain: 'usageLimits', detail: 'RATE_LIMIT_EXCEEDED' }),
    ),
    'quota',
  ],
  [
    ofGoogle(
      'accessNotConfigured',
      google(403, 'accessNotConfigured', 'not used before or disabled', {
        domain: 'usageLimits',
        detail: 'SERVICE_DISABLED',
      }),
    ),
    'api_not_enabled',
  ],
  [ofGoogle('invalid_client', { status: 401, body: { error: 'invalid_client' } }, 'token'), 'client_refused'],
  [ofGoogle('an HTML page', { status: 403, html: '<html>blocked</html>' }), 'answer_unreadable'],
  [ofGoogle('503', { status: 503 }), 'provider_unavailable'],
  // https://github.com/microsoftgraph/microsoft-graph-docs/issues/4207
  [ofMicrosoft('UnknownError', graph(403, 'UnknownError')), 'refused'],
  [ofMicrosoft('an HTML page', { status: 403, html: '<html>blocked</html>' }), 'answer_unreadable'],
  [ofMicrosoft('504', graph(504, 'UnknownError')), 'provider_unavailable'],
  [ofMicrosoft('an expired secret', entra('invalid_client', 7000222), 'token'), 'client_refused'],
];

/** Refusals in known words, with the code of the failure. */
export const proven: [Refusal, FailureCode][] = [
  // https://github.com/GAM-team/GAM/issues/806
  [
    ofGoogle('notACalendarUser', google(403, 'notACalendarUser', 'Sign up first.', { domain: 'calendar' })),
    'mailbox_unavailable',
  ],
  [
    ofGoogle('domainPolicy', google(403, 'domainPolicy', 'The domain policy has disabled third-party apps')),
    'admin_blocked',
  ],
  [
    ofGoogle('insufficientPermissions', google(403, 'insufficientPermissions', 'Insufficient Permission')),
    'consent_missing',
  ],
  // https://github.com/FlowCrypt/flowcrypt-browser/issues/2269
  [
    ofGoogle(
      'a deleted account',
      { status: 400, body: { error: 'invalid_grant', error_description: 'Account has been deleted' } },
      'token',
    ),
    'account_disabled',
  ],
  [ofMicrosoft('ErrorAccountSuspend', graph(403, 'ErrorAccountSuspend', 'Account suspended.')), 'account_disabled'],
  [
    ofMicrosoft(
      'an access policy',
      graph(
        403,
        'ErrorAccessDenied',
        'Access to OData is disabled: [RAOP] : Blocked by tenant configured AccessPolicy.',
      ),
    ),
    'admin_blocked',
  ],
  [ofMicrosoft('ErrorAccessDenied', graph(403, 'ErrorAccessDenied', 'Access is denied.')), 'consent_missing'],
  // https://github.com/microsoftgraph/microsoft-graph-docs/issues/17826
  [ofMicrosoft('MailboxNotEnabledForRESTAPI', graph(404, 'MailboxNotEnabledForRESTAPI')), 'mailbox_unavailable'],
  // https://github.com/O365/python-o365/issues/1119
  ...(
    [
      ['account_disabled', [50020, 50034, 500341, 90072]],
      ['admin_blocked', [50105, 53003]],
      ['authorization_revoked', [700082, 50076]],
      ['consent_missing', [65001]],
    ] as [FailureCode, number[]][]
  ).flatMap(([code, numbers]) =>
    numbers.map((number): [Refusal, FailureCode] => [
      ofMicrosoft(`AADSTS${number}`, entra('invalid_grant', number), 'token'),
      code,
    ]),
  ),
];

const claims = { 'www-authenticate': 'Bearer realm="", error="insufficient_claims", claims="e30="' };

/** 401 with fresh tokens, and 404 on everything (https://github.com/inovex/CalendarSync/issues/219). */
export const silent: [Refusal, FailureCode][] = [
  [ofGoogle('authError', google(401, 'authError', 'Invalid Credentials')), 'authorization_revoked'],
  [ofGoogle('notFound of everything', google(404, 'notFound', 'Not Found')), 'mailbox_unavailable'],
  [ofMicrosoft('a guest', graph(401, 'AuthOMMissingRequiredPermissions', 'no permissions')), 'consent_missing'],
  [ofMicrosoft('no licence', graph(401, 'UnknownError')), 'authorization_revoked'],
  [
    ofMicrosoft('a claims challenge', { ...graph(401, 'InvalidAuthenticationToken'), headers: claims }),
    'authorization_revoked',
  ],
  [ofMicrosoft('ErrorNonExistentMailbox', graph(404, 'ErrorNonExistentMailbox')), 'mailbox_unavailable'],
];

/** The app or the tenant is gone at Entra (https://github.com/MicrosoftDocs/azure-docs/issues/28469). */
export const tenantRefusals: [number, FailureCode][] = [
  [7000112, 'admin_blocked'],
  [700016, 'admin_blocked'],
  [90002, 'account_disabled'],
  [5000225, 'account_disabled'],
];
export const tenantRefusal = (number: number): FaultOutcome => entra('unauthorized_client', number);

/** Refused channels. Reading works. */
export const pushRefusals: Refusal[] = [
  // https://github.com/microsoftgraph/microsoft-graph-docs/issues/6869
  ofMicrosoft('MailboxNotEnabledForRESTAPI', graph(404, 'MailboxNotEnabledForRESTAPI')),
  ofMicrosoft('Authorization_RequestDenied', graph(403, 'Authorization_RequestDenied', 'Insufficient privileges.')),
  // https://github.com/microsoftgraph/microsoft-graph-docs/issues/5554
  ofMicrosoft('a validation time-out', graph(400, 'InvalidRequest', 'Subscription validation request timed out.')),
  // https://github.com/googleapis/google-api-php-client/issues/569
  ofGoogle('push.webhookUrlUnauthorized', google(401, 'push.webhookUrlUnauthorized', 'Unauthorized')),
  ofGoogle('push.webhookUrlNotHttps', google(400, 'push.webhookUrlNotHttps', 'not HTTPS')),
  ofGoogle('channelIdNotUnique', google(400, 'channelIdNotUnique', 'not unique')),
  ofGoogle('pushNotSupportedForRequestedResource', google(400, 'pushNotSupportedForRequestedResource', 'no')),
  ofGoogle('notFound', google(404, 'notFound', 'Not Found')),
  ofGoogle('insufficientPermissions', google(403, 'insufficientPermissions', 'Insufficient Permission')),
];
