import { randomUUID } from 'node:crypto';

type AadstsRow = { status: number; error: string; suberror?: string; text: string };

const grant = (text: string, suberror?: string): AadstsRow => ({
  status: 400,
  error: 'invalid_grant',
  text,
  ...(suberror === undefined ? {} : { suberror }),
});
const interaction = (text: string, suberror = 'basic_action'): AadstsRow => ({
  status: 400,
  error: 'interaction_required',
  suberror,
  text,
});
const consent = (text: string): AadstsRow => ({
  status: 400,
  error: 'consent_required',
  suberror: 'consent_required',
  text,
});
const login = (text: string): AadstsRow => ({ status: 400, error: 'login_required', text });
const client = (text: string): AadstsRow => ({ status: 401, error: 'invalid_client', text });
const unauthorized = (text: string): AadstsRow => ({ status: 400, error: 'unauthorized_client', text });
const request = (text: string): AadstsRow => ({ status: 400, error: 'invalid_request', text });
const resource = (text: string): AadstsRow => ({ status: 400, error: 'invalid_resource', text });
const temporary = (text: string): AadstsRow => ({ status: 503, error: 'temporarily_unavailable', text });
const server = (text: string): AadstsRow => ({ status: 500, error: 'server_error', text });

/** Errors of Microsoft's sign-in by number. The texts are not Microsoft's, because clients must not read them. */
export const aadstsTable = {
  // The user must do something.
  501481: grant('The code_verifier does not match the code_challenge of the authorization request.'),
  50173: grant('The grant was revoked; a fresh sign-in is needed.', 'bad_token'),
  700082: grant('The refresh token has expired due to inactivity.'),
  70008: grant('The provided authorization code or refresh token has expired.'),
  70043: grant('The refresh token has expired due to sign-in frequency checks.', 'token_expired'),
  700084: grant('The refresh token was issued to a single page app and has expired.'),
  70000: grant('The provided grant is invalid or has expired; the user must sign in again.'),
  50078: interaction('The multi-factor authentication has expired.'),
  50076: interaction('Multi-factor authentication is needed for this resource.'),
  50079: interaction('The user must enroll in multi-factor authentication.'),
  50072: interaction('The user must enroll a second factor.'),
  50074: interaction('Strong authentication is required.'),
  50158: interaction('An external security challenge was not satisfied.', 'additional_action'),
  50089: login('The flow token has expired.'),
  50132: login('The session is not valid: password expired or recently changed.'),
  50133: login('The session is not valid: password expired or recently changed.'),
  50085: grant('The refresh token needs a login at the social identity provider.'),
  65001: consent('The user or administrator has not consented to use the application.'),
  65004: consent('The user declined to consent.'),
  90094: consent('An administrator must consent.'),
  90008: consent('The app must require access to Microsoft Graph.'),
  53000: grant('The device is not compliant with Conditional Access.', 'message_only'),
  53001: grant('The device is not joined to the domain.', 'message_only'),
  53002: grant('The application is not an approved one.', 'message_only'),
  53003: grant('Access is blocked by Conditional Access policies.', 'message_only'),
  53004: grant('The user must complete the multi-factor registration first.', 'message_only'),
  530032: grant('Access is blocked by a security policy of the tenant.', 'message_only'),
  50131: interaction('A Conditional Access error: the request was blocked for suspicious activity.', 'message_only'),
  50005: interaction('The platform is not supported by Conditional Access.', 'message_only'),
  53011: grant('The user is blocked due to a risk on the home tenant.', 'message_only'),
  50057: grant('The user account is disabled.'),
  50034: grant('The user account does not exist in the directory.'),
  50020: grant('The user account from this identity provider does not exist in the tenant.'),
  51004: grant('The user account does not exist in the directory.'),
  16000: interaction('Either multiple identities are available or the account is not supported.', 'basic_action'),
  50055: grant('The password has expired.'),
  50144: grant('The Active Directory password has expired.'),
  50105: grant('The signed-in user is not assigned to a role for the application.'),
  54000: grant('The user is not allowed to use this service.'),
  // The operator must do something.
  7000215: client('Invalid client secret provided.'),
  7000222: client('The provided client secret keys are expired.'),
  7000218: client('The request body must contain client_assertion or client_secret.'),
  70002: client('The client could not be validated.'),
  700027: client('The client assertion failed signature validation.'),
  700016: unauthorized('The application was not found in the directory.'),
  70001: unauthorized('The application is not supported for this account or disabled.'),
  7000112: unauthorized('The application is disabled.'),
  700011: unauthorized('The application was not found in the directory.'),
  50194: request('The application is not configured as a multi-tenant application.'),
  9002332: request('The application is configured for use by other users only.'),
  90002: request('The tenant was not found.'),
  50011: request('The redirect URI does not match the ones configured for the application.'),
  900144: request('The request must contain the parameters of an authorization code with PKCE.'),
  500011: resource('The resource principal was not found in the tenant.'),
  700025: client('The client is public, so neither assertion nor secret may be presented.'),
  // A passing state: no action is needed.
  90033: temporary('The service is temporarily unavailable.'),
  90024: temporary('The request budget is exceeded, or the service is temporarily overloaded.'),
  90006: temporary('The external server is temporarily unavailable.'),
  90012: temporary('The request has timed out.'),
  90055: { status: 429, error: 'temporarily_unavailable', text: 'There were too many requests.' },
  90090: server('The service failed to process the request.'),
  50033: server('A transient error happened during sign-in.'),
  50087: server('A transient error happened during single sign-out.'),
  50088: server('The limit of telecom calls was reached.'),
  70012: server('A server error happened while authenticating a personal account.'),
  40010: server('The identity provider returned a retryable error.'),
  50000: server('The token service had trouble issuing the token.'),
  50196: grant('A loop was detected: the client sends the same request too often.'),
} satisfies Record<number, AadstsRow>;

export type AadstsCode = keyof typeof aadstsTable;

/** Status and body of the token endpoint for an error number, complete with ids. */
export function aadstsAnswer(code: AadstsCode) {
  const { status, error, suberror, text }: AadstsRow = aadstsTable[code];
  return tokenError(status, error, code, text, suberror);
}

/** Any error of the token endpoint. `code` goes without its `AADSTS`. */
export function tokenError(status: number, error: string, code: number, text: string, suberror?: string) {
  const traceId = randomUUID();
  const correlationId = randomUUID();
  const timestamp = new Date().toISOString().replace('T', ' ').replace(/\.\d+/, '');
  return {
    status,
    body: {
      error,
      error_description: `AADSTS${code}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
      ...(suberror === undefined ? {} : { suberror }),
    },
  };
}
