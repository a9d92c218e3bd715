import type { MicrosoftAccount } from './simulator-state.ts';

/** What the id token says of an account, and of the sign-in. */
export function idClaims(account: MicrosoftAccount, nonce: string | null, nowMs: number): object {
  const seconds = Math.floor(nowMs / 1000);
  const email = account.claimedEmail ?? account.mail;
  return {
    aud: account.clientId,
    iss: `https://login.microsoftonline.com/${account.tenantId}/v2.0`,
    iat: seconds,
    nbf: seconds,
    exp: seconds + 3600,
    name: account.displayName,
    oid: account.oid,
    preferred_username: account.email,
    sub: Buffer.from(account.oid).toString('base64url'),
    tid: account.tenantId,
    ver: '2.0',
    ...(email !== null && { email }),
    ...(nonce !== null && { nonce }),
  };
}
