import { type ConsentProvider, textClaim } from '../consent/consent-provider.ts';

const issuerOf = (tenantId: string): string => `https://login.microsoftonline.com/${tenantId}/v2.0`;
const issuerPattern = /^https:\/\/login\.microsoftonline\.com\/[0-9a-f-]{36}\/v2\.0$/;
const graphPrefix = 'https://graph.microsoft.com/';

/** Scopes with which calendars and events can be read. Answers spell them in any case, with or without the prefix. */
const sufficient = new Set(['calendars.read', 'calendars.readwrite']);
const sufficientForShared = new Set(['calendars.read.shared', 'calendars.readwrite.shared']);
/** The time zone of a mailbox dates its all-day events. */
const asked = 'offline_access openid email profile User.Read MailboxSettings.Read Calendars.Read';

const hasOne = (granted: readonly string[], wanted: ReadonlySet<string>): boolean =>
  granted.some((scope) => wanted.has(scope.replace(graphPrefix, '').toLowerCase()));

/**
 * Consent at Microsoft (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow). Each tenant is an
 * issuer. An account is named by tenant and object: its address may change. Only an address could be the hint of a sign-in.
 *
 * @param loginUrl `https://login.microsoftonline.com` @param tenant at which users sign in
 */
export const createMicrosoftConsent = (loginUrl: string, tenant: string): ConsentProvider => ({
  authorizationEndpoint: `${loginUrl}/${tenant}/oauth2/v2.0/authorize`,
  tokenEndpoint: `${loginUrl}/${tenant}/oauth2/v2.0/token`,
  scopesFor: ({ readsShared }) => (readsShared ? `${asked} Calendars.Read.Shared` : asked),
  parametersFor: ({ isReconnect, mustChoose }) => ({
    response_mode: 'query',
    prompt: isReconnect && !mustChoose ? 'consent' : 'select_account',
  }),
  issuerOf: (named) => (named !== null && issuerPattern.test(named) ? named : issuerOf('common')),
  issuerOfToken: (claims) => issuerOf(textClaim(claims, 'tid') ?? ''),
  accountOf: (claims) => {
    const [tid, oid] = [textClaim(claims, 'tid'), textClaim(claims, 'oid')];
    if (tid === null || oid === null) return null;
    return { id: `${tid}.${oid}`, email: textClaim(claims, 'email') ?? textClaim(claims, 'preferred_username') };
  },
  canReadCalendars: (granted) => hasOne(granted, sufficient),
  canReadShared: (granted) => hasOne(granted, sufficientForShared),
});
