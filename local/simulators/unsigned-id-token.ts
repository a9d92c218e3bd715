import { randomBytes } from 'node:crypto';

const encodeJson = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');

/**
 * An id token whose signature fits no key: a client that gets it from the token endpoint need not verify it (OpenID Connect
 * Core 3.1.3.7, point 6).
 */
export const unsignedIdToken = (claims: object): string =>
  `${encodeJson({ typ: 'JWT', alg: 'RS256', kid: 'simulated' })}.${encodeJson(claims)}.${randomBytes(256).toString('base64url')}`;
