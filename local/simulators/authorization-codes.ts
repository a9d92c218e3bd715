import { createHash, randomBytes } from 'node:crypto';

/** What a user granted at the consent page: a code stands for it, once, for ten minutes. */
type CodeGrant = {
  email: string;
  clientId: string;
  redirectUri: string;
  scopes: string[];
  nonce: string | null;
  /** `code_challenge` of PKCE, by the method S256. */
  challenge: string | null;
};

/** Why a code is refused. */
type CodeRefusal = 'unknown' | 'redirect_uri' | 'verifier';

export type AuthorizationCodes = {
  issue(grant: CodeGrant): string;
  /** A code works once: also a wrong attempt uses it up. */
  redeem(code: string, form: URLSearchParams): CodeGrant | CodeRefusal;
};

const LIFETIME_MS = 600_000;

export function createAuthorizationCodes(now: () => number): AuthorizationCodes {
  const codes = new Map<string, CodeGrant & { expiresMs: number }>();
  return {
    issue(grant) {
      const code = `4/${randomBytes(32).toString('base64url')}`;
      codes.set(code, { ...grant, expiresMs: now() + LIFETIME_MS });
      return code;
    },
    redeem(code, form) {
      const grant = codes.get(code);
      if (grant === undefined || grant.clientId !== form.get('client_id')) return 'unknown';
      codes.delete(code);
      if (grant.expiresMs <= now()) return 'unknown';
      if (grant.redirectUri !== form.get('redirect_uri')) return 'redirect_uri';
      const verifier = form.get('code_verifier');
      const challenge = verifier === null ? null : createHash('sha256').update(verifier).digest('base64url');
      return challenge === grant.challenge ? grant : 'verifier';
    },
  };
}
