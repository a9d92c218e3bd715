import * as z from 'zod';
import { timestampOf } from '../platform/timestamp.ts';
import type { AccessToken } from './calendar-provider.ts';
import type { JsonAnswer } from './request-json.ts';

const hourMs = 3_600_000;
/** Providers grant an hour, Entra up to a day. */
const longestLifetimeMs = 24 * hourMs;

const grantSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce
    .number()
    .positive()
    .catch(hourMs / 1000),
  refresh_token: z.string().min(1).optional().catch(undefined),
});

/**
 * The tokens in an answer of a token endpoint. A lifetime that cannot be read counts as an hour: a token that ends earlier
 * is refreshed when it is refused.
 *
 * @param now milliseconds since the epoch @returns null when the answer grants none
 */
export function readGrant(answer: Pick<JsonAnswer, 'status' | 'body'> | undefined, now: number): AccessToken | null {
  const grant = grantSchema.safeParse(answer?.body).data;
  if (!grant || answer === undefined || answer.status < 200 || answer.status > 299) return null;
  const lifetimeMs = Math.min(grant.expires_in * 1000, longestLifetimeMs);
  const { access_token: token, refresh_token: refreshToken } = grant;
  return { token, expiresAt: timestampOf(Math.floor(now + lifetimeMs)), ...(refreshToken && { refreshToken }) };
}
