import { sign } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { providerTimingMs } from '../../platform/timing.ts';
import type { AccessToken } from '../calendar-provider.ts';
import type { OrganizationAccess, ServiceAccountKey } from '../directory.ts';
import { ProviderError, type ProviderVerdict } from '../provider-error.ts';
import { readGrant } from '../read-grant.ts';
import type { FailedAnswer } from '../read-refusal.ts';
import { requestJson } from '../request-json.ts';
import { googleTokenError } from './google-errors.ts';

/** What a service account may do as a user, once an administrator has delegated it. */
const delegatedScopes: Record<OrganizationAccess['purpose'], string> = {
  calendar: 'https://www.googleapis.com/auth/calendar.readonly',
  users: 'https://www.googleapis.com/auth/admin.directory.user.readonly',
  members: 'https://www.googleapis.com/auth/admin.directory.group.member.readonly',
};

/** Whom an assertion is for. Always Google's address, also where requests go through another one. */
const audience = 'https://oauth2.googleapis.com/token';
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** An assertion is valid for an hour at most. It begins a little early, because clocks differ. */
const lifetimeS = 3600;
const earlyS = 30;

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A signed assertion (https://developers.google.com/identity/protocols/oauth2/service-account#httprest). */
function signAssertion(key: ServiceAccountKey, { subject, purpose }: OrganizationAccess, now: number): string {
  const iat = Math.floor(now / 1000) - earlyS;
  const claims = {
    iss: key.client_email,
    sub: subject,
    scope: delegatedScopes[purpose],
    aud: audience,
    iat,
    exp: iat + lifetimeS,
  };
  const signed = `${encode({ alg: 'RS256', typ: 'JWT', kid: key.private_key_id })}.${encode(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key.private_key).toString('base64url')}`;
}

/**
 * An access token of one user by domain-wide delegation, in one request.
 *
 * @throws ProviderError: `operator` when the key is refused or the delegation is missing, `disconnect` when the user
 * cannot be acted for
 */
export async function authorizeDelegation(
  { oauthUrl, clock }: { oauthUrl: string; clock: Clock },
  key: ServiceAccountKey,
  access: OrganizationAccess,
): Promise<AccessToken> {
  const form = new URLSearchParams({
    grant_type: grantType,
    assertion: signAssertion(key, access, clock.now()),
  });
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  };
  const answer = await requestJson(`${oauthUrl}/token`, init, providerTimingMs.tokenRequest);
  const grant = readGrant(answer, clock.now());
  if (!grant) throw delegationError(answer, clock.now());
  return { token: grant.token, expiresAt: grant.expiresAt };
}

const refusalSchema = z.object({ error: z.string(), error_description: z.string().catch('') });
const refused: ProviderVerdict = { kind: 'operator', error: 'client_refused' };

/**
 * With an assertion `invalid_grant` and `access_denied` may be about the key or about the user, which only the
 * description says (https://developers.google.com/identity/protocols/oauth2/service-account#jwt-auth). What it does not
 * say is refused: it proves nothing.
 */
const descriptions: [RegExp, ProviderVerdict][] = [
  [/email or user id/i, { kind: 'disconnect', code: 'account_disabled' }],
  [/jwt|signature|short-lived|audience|issuer|account not found/i, refused],
  [/client (is |was )?(not authorized|unauthorized|not found|disabled|deleted)/i, refused],
];

/** @param now milliseconds since the epoch */
function delegationError(answer: FailedAnswer, now: number): ProviderError {
  const known = googleTokenError(answer, now);
  const { error = '', error_description: description = '' } = refusalSchema.safeParse(answer.body).data ?? {};
  const isEither = known.verdict.kind === 'disconnect' && (error === 'invalid_grant' || error === 'access_denied');
  if (!isEither) return known;
  const verdict = descriptions.find(([words]) => words.test(description))?.[1];
  // An administrator's block of one user has no description that is known.
  const otherwise: ProviderVerdict =
    error === 'access_denied' ? { kind: 'disconnect', code: 'admin_blocked' } : { kind: 'refused' };
  return new ProviderError(verdict ?? otherwise, known.providerCode, known.message);
}
