import * as oauth from 'oauth4webapi';
import type { ConsentProvider, ConsentRequest } from './consent-provider.ts';

/** What belongs to one authorization request. It is kept until the answer, where only this function's page can read it. */
export interface ConsentSecrets {
  nonce: string;
  /** Of PKCE. */
  verifier: string;
}

/** Values of 256 random bits, which cannot be guessed. */
export const createConsentSecrets = (): ConsentSecrets => ({
  nonce: oauth.generateRandomNonce(),
  verifier: oauth.generateRandomCodeVerifier(),
});

/** The address at which the user signs in and consents. */
export async function consentUrl(
  provider: ConsentProvider,
  request: ConsentRequest & ConsentSecrets & { clientId: string; redirectUri: string; state: string },
): Promise<string> {
  const url = new URL(provider.authorizationEndpoint);
  const parameters = {
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    response_type: 'code',
    scope: provider.scopesFor(request),
    state: request.state,
    nonce: request.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(request.verifier),
    code_challenge_method: 'S256',
    ...provider.parametersFor(request),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
