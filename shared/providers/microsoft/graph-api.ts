import type { Clock } from '../../platform/clock.ts';
import { ProviderError } from '../provider-error.ts';
import { isCutOff, type JsonAnswer, requestJson } from '../request-json.ts';
import { microsoftGraphError } from './microsoft-errors.ts';

/** Calls to Microsoft Graph with one access token. Every failure is a `ProviderError`. */
export interface GraphApi {
  /** @param target a path below `/v1.0`, or a link from an answer of Graph */
  get(target: string): Promise<unknown>;
  send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<unknown>;
}

/**
 * Sent with every request, also for every page: UTC times, text bodies, ids that survive a move within the mailbox
 * (https://learn.microsoft.com/en-us/graph/outlook-immutable-id).
 */
const prefer = 'odata.maxpagesize=200, outlook.timezone="UTC", outlook.body-content-type="text", IdType="ImmutableId"';

export function createGraphApi(graphUrl: string, accessToken: string, clock: Clock): GraphApi {
  const base = `${graphUrl}/v1.0`;
  const headers = { authorization: `Bearer ${accessToken}`, prefer, 'user-agent': 'Kalends' };

  const check = (answer: JsonAnswer): unknown => {
    if (answer.status < 200 || answer.status > 299) throw microsoftGraphError(answer, clock.now());
    if (isCutOff(answer))
      throw new ProviderError({ kind: 'retry', error: 'answer_unreadable' }, 'cut_off', 'the answer was cut off');
    return answer.body;
  };

  return {
    get: async (target) => check(await requestJson(addressOf(target), { headers })),
    send: async (method, path, body) =>
      check(
        await requestJson(`${base}${path}`, {
          method,
          headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
          ...(body && { body: JSON.stringify(body) }),
        }),
      ),
  };

  /** Links are followed as they are, but the token is sent to the configured host only. */
  function addressOf(target: string): string {
    if (target.startsWith('/')) return `${base}${target}`;
    if (URL.parse(target)?.origin !== new URL(graphUrl).origin) {
      throw new ProviderError({ kind: 'resync' }, 'foreign_link', 'a link to another host');
    }
    return target;
  }
}
