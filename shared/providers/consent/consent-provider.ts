import type { Platform } from '../../calendars/calendar.ts';

/** Who signed in: the account's id at the provider, which never changes, and its address. */
export interface ConsentedAccount {
  id: string;
  email: string | null;
}

/** Claims of an id token, as far as they are read. */
export type IdClaims = Readonly<Record<string, unknown>>;

/** How a user's consent is asked for at a provider, and what its answers say. */
export interface ConsentProvider {
  authorizationEndpoint: string;
  tokenEndpoint: string;
  /** Exactly what is asked for, separated by blanks. */
  scopesFor(request: Pick<ConsentRequest, 'readsShared'>): string;
  /** Parameters of the authorization request beside those of OAuth, OpenID Connect and PKCE. */
  parametersFor(request: ConsentRequest): Record<string, string>;
  /** The issuer that an answer of this provider names, given what it does name. */
  issuerOf(named: string | null): string;
  /** The issuer that an id token with these claims must have. */
  issuerOfToken(claims: IdClaims): string;
  /** @returns null when the claims name no account */
  accountOf(claims: IdClaims): ConsentedAccount | null;
  /** May calendars and events be read with these scopes? */
  canReadCalendars(granted: readonly string[]): boolean;
  /** May calendars that others share with the user be read with these scopes, too? */
  canReadShared(granted: readonly string[]): boolean;
}

export interface ConsentRequest {
  isReconnect: boolean;
  /**
   * Id of the account that is expected; null: any account, or it is not known. A request never has the
   * address of the account, because everybody who has the link could read it.
   */
  accountId: string | null;
  /** The user signed in with another account before: ask which one. */
  mustChoose: boolean;
  /** Calendars that others share with the user may be among those that are connected. */
  readsShared: boolean;
}

/** Why a consent gives no access. */
export const consentFailures = [
  /** The user declined. */
  'access_denied',
  /** The user, or an administrator, did not grant the scope of calendars. */
  'missing_scope',
  'admin_approval_required',
  /** The provider refuses the OAuth app or its secret. */
  'client_refused',
  /** The provider does not accept the code, or its answer does not belong to the request. */
  'code_refused',
  'provider_unavailable',
] as const;
export type ConsentFailure = (typeof consentFailures)[number];

export type ConsentProviders = Record<Platform, (tenant: string | null) => ConsentProvider>;

export const textClaim = (claims: IdClaims, name: string): string | null => {
  const value = claims[name];
  return typeof value === 'string' && value !== '' ? value : null;
};
