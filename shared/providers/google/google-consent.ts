import { type ConsentProvider, textClaim } from '../consent/consent-provider.ts';

const issuer = 'https://accounts.google.com';
const scopePrefix = 'https://www.googleapis.com/auth/';

/** Scopes with which both the calendar list and events can be read. */
const sufficient = new Set([`${scopePrefix}calendar.readonly`, `${scopePrefix}calendar`]);

/**
 * Consent at Google (https://developers.google.com/identity/protocols/oauth2/web-server). A refresh token is given only with
 * `access_type=offline`, and for an account that consented before only with `prompt=consent`. The user may take the scope of
 * calendars away: the token's scopes say so.
 *
 * @param authUrl `https://accounts.google.com` @param oauthUrl `https://oauth2.googleapis.com`
 */
export const createGoogleConsent = (authUrl: string, oauthUrl: string): ConsentProvider => ({
  authorizationEndpoint: `${authUrl}/o/oauth2/v2/auth`,
  tokenEndpoint: `${oauthUrl}/token`,
  scopesFor: () => `openid email ${scopePrefix}calendar.readonly`,
  parametersFor: ({ accountId, mustChoose }) => ({
    access_type: 'offline',
    prompt: mustChoose ? 'select_account consent' : 'consent',
    // An address, or the id of the account.
    ...(accountId !== null && !mustChoose && { login_hint: accountId }),
  }),
  issuerOf: () => issuer,
  issuerOfToken: () => issuer,
  accountOf: (claims) => {
    const id = textClaim(claims, 'sub');
    return id === null ? null : { id, email: textClaim(claims, 'email') };
  },
  canReadCalendars: (granted) => granted.some((scope) => sufficient.has(scope)),
  canReadShared: (granted) => granted.some((scope) => sufficient.has(scope)),
});
