import * as z from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { ProviderError } from '../provider-error.ts';
import { isCutOff, type JsonAnswer, requestJson } from '../request-json.ts';
import { googleApiError } from './google-errors.ts';

/** Calls to the Calendar API with one access token. Every failure is a `ProviderError`. */
export interface GoogleApi {
  /** @param hadSyncToken with a sync token a 400 or 410 has another meaning */
  get(path: string, query?: Record<string, string>, hadSyncToken?: boolean): Promise<unknown>;
  post(path: string, body: object): Promise<unknown>;
  /** Is the resource deleted or absent? */
  isGone(path: string): Promise<boolean>;
}

export function createGoogleApi(apiUrl: string, accessToken: string, clock: Clock): GoogleApi {
  const base = `${apiUrl}/calendar/v3`;
  // Google compresses only for a User-Agent with the word gzip (performance guide).
  const headers = { authorization: `Bearer ${accessToken}`, 'user-agent': 'Kalends (gzip)' };

  const check = (answer: JsonAnswer, hadSyncToken = false): unknown => {
    if (answer.status < 200 || answer.status > 299) throw googleApiError(answer, hadSyncToken, clock.now());
    if (isCutOff(answer))
      throw new ProviderError({ kind: 'retry', error: 'answer_unreadable' }, 'cut_off', 'the answer was cut off');
    return answer.body;
  };
  const read = (path: string, query: Record<string, string> = {}): Promise<JsonAnswer> =>
    requestJson(`${base}${path}?${new URLSearchParams(query).toString()}`, { headers });

  return {
    get: async (path, query, hadSyncToken) => check(await read(path, query), hadSyncToken),
    post: async (path, body) =>
      check(
        await requestJson(`${base}${path}`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      ),
    isGone: async (path) => {
      const answer = await read(path);
      if (answer.status === 404 || answer.status === 410) return true;
      return z.object({ status: z.string() }).safeParse(check(answer)).data?.status === 'cancelled';
    },
  };
}
