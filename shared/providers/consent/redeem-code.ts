import * as oauth from 'oauth4webapi';
import { providerTimingMs } from '../../platform/timing.ts';
import { requestSignal } from '../request-scope.ts';
import type { ConsentSecrets } from './ask-consent.ts';
import { readConsentError } from './consent-error.ts';
import type { ConsentedAccount, ConsentFailure, ConsentProvider, IdClaims } from './consent-provider.ts';

/** What a user's consent gives. */
export interface ConsentGrant {
  account: ConsentedAccount;
  refreshToken: string;
  accessToken: string;
  /** May calendars be read that others share with the user? */
  readsShared: boolean;
}

export type ConsentOutcome = { granted: ConsentGrant } | { failure: ConsentFailure };

interface Answer extends ConsentSecrets {
  /** Query of the callback. */
  callback: URLSearchParams;
  state: string;
  clientId: string;
  /** Secrets of the app, of which one is accepted; the newest first. */
  clientSecrets: readonly string[];
  redirectUri: string;
}

/**
 * Reads the answer of the authorization endpoint, and exchanges its code for tokens. State, issuer, PKCE and nonce are checked
 * by `oauth4webapi`. The id token comes from the token endpoint over TLS: its signature need not be checked (OpenID Connect
 * Core 3.1.3.7, point 6).
 */
export async function redeemCode(provider: ConsentProvider, answer: Answer): Promise<ConsentOutcome> {
  const server: oauth.AuthorizationServer = {
    issuer: provider.issuerOf(answer.callback.get('iss')),
    token_endpoint: provider.tokenEndpoint,
  };
  const client: oauth.Client = { client_id: answer.clientId };
  let failure: ConsentFailure = 'client_refused';
  // An app has two secrets while one is rotated: a code is not used up by a secret that is refused.
  for (const secret of answer.clientSecrets) {
    try {
      const parameters = oauth.validateAuthResponse(server, client, answer.callback, answer.state);
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        oauth.ClientSecretPost(secret),
        parameters,
        answer.redirectUri,
        answer.verifier,
        requestOptions(provider),
      );
      return readGrant(provider, await readTokens(provider, { server, client, response, ...answer }));
    } catch (error) {
      failure = failureOf(error);
      if (failure !== 'client_refused') break;
    }
  }
  return { failure };
}

function requestOptions({ tokenEndpoint }: ConsentProvider): oauth.TokenEndpointRequestOptions {
  const runsOut = requestSignal();
  return {
    signal: AbortSignal.any([AbortSignal.timeout(providerTimingMs.tokenRequest), ...(runsOut ? [runsOut] : [])]),
    // Only local mode has endpoints without TLS.
    [oauth.allowInsecureRequests]: new URL(tokenEndpoint).protocol === 'http:',
  };
}

async function readTokens(
  provider: ConsentProvider,
  {
    server,
    client,
    response,
    nonce,
    callback,
  }: { server: oauth.AuthorizationServer; client: oauth.Client; response: Response } & Answer,
): Promise<oauth.TokenEndpointResponse> {
  if (response.status >= 500 || response.status === 429) throw new ProviderUnavailable();
  // Each tenant of Microsoft is an issuer: the one that the token claims to be of is expected, if the callback names no other.
  const issuer = callback.has('iss') ? server.issuer : provider.issuerOfToken(await readClaims(response.clone()));
  return oauth.processAuthorizationCodeResponse({ ...server, issuer }, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
}

/** Claims of the id token in an answer, which are not checked yet. */
async function readClaims(response: Response): Promise<IdClaims> {
  try {
    const { id_token = '' } = (await response.json()) as { id_token?: string };
    return JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()) as IdClaims;
  } catch {
    // What is no token is refused where it is checked.
    return {};
  }
}

function readGrant(provider: ConsentProvider, token: oauth.TokenEndpointResponse): ConsentOutcome {
  const account = provider.accountOf(oauth.getValidatedIdTokenClaims(token) ?? {});
  const scopes = (token.scope ?? '').split(' ');
  if (!provider.canReadCalendars(scopes)) return { failure: 'missing_scope' };
  const { refresh_token: refreshToken, access_token: accessToken } = token;
  if (account === null || refreshToken === undefined) return { failure: 'code_refused' };
  return { granted: { account, refreshToken, accessToken, readsShared: provider.canReadShared(scopes) } };
}

class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}

function failureOf(error: unknown): ConsentFailure {
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
    return readConsentError(error.error, error.error_description);
  }
  // Answers that are no OAuth answers, or do not belong to the request.
  if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError) {
    return 'code_refused';
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError) return 'client_refused';
  // Time-outs and connections that failed.
  const isPassing = error instanceof ProviderUnavailable || error instanceof DOMException || error instanceof TypeError;
  if (isPassing) return 'provider_unavailable';
  throw error;
}
