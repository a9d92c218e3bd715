import type { Clock } from '../../platform/clock.ts';
import { ProviderError } from '../provider-error.ts';
import { isCutOff, type JsonAnswer, requestJson } from '../request-json.ts';
import { googleApiError, isAbsent } from './google-errors.ts';

/** Calls to the Calendar API with one access token. Every failure is a `ProviderError`. */
export interface GoogleApi {
  /** @param hadToken with a sync or page token a 400 or 410 has another meaning */
  getPage(path: string, query: Record<string, string>, hadToken: boolean): Promise<JsonAnswer>;
  get(path: string, query: Record<string, string>): Promise<unknown>;
  post(path: string, body: object): Promise<unknown>;
  /** The resource; null when it is absent. */
  find(path: string): Promise<unknown>;
}

export function createGoogleApi(apiUrl: string, accessToken: string, clock: Clock): GoogleApi {
  const base = `${apiUrl}/calendar/v3`;
  // Google compresses only for a User-Agent with the word gzip (performance guide).
  const headers = { authorization: `Bearer ${accessToken}`, 'user-agent': 'Kalends (gzip)' };

  const accept = (answer: JsonAnswer, hadToken = false): JsonAnswer => {
    if (answer.status < 200 || answer.status > 299) throw googleApiError(answer, hadToken, clock.now());
    return answer;
  };
  const check = (answer: JsonAnswer, hadToken = false): JsonAnswer => {
    if (isCutOff(accept(answer, hadToken)))
      throw new ProviderError({ kind: 'retry', error: 'answer_unreadable' }, 'cut_off', 'the answer was cut off');
    return answer;
  };
  const read = (path: string, query: Record<string, string> = {}): Promise<JsonAnswer> =>
    requestJson(`${base}${path}?${new URLSearchParams(query).toString()}`, { headers });

  return {
    getPage: async (path, query, hadToken) => check(await read(path, query), hadToken),
    get: async (path, query) => check(await read(path, query)).body,
    // The answer may be empty, where a channel is stopped.
    post: async (path, body) =>
      accept(
        await requestJson(`${base}${path}`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      ).body,
    find: async (path) => {
      const answer = await read(path);
      return isAbsent(answer) ? null : (check(answer).body ?? undefined);
    },
  };
}
