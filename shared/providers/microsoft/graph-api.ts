import * as z from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { ProviderError } from '../provider-error.ts';
import { readAnswer } from '../read-answer.ts';
import { isCutOff, type JsonAnswer, requestEnds, requestJson } from '../request-json.ts';
import { isAbsent, microsoftGraphError } from './microsoft-errors.ts';

/** Calls to Microsoft Graph with one access token. Every failure is a `ProviderError`. */
export interface GraphApi {
  /** @param target a path below `/v1.0`, or a link from an answer of Graph */
  get(target: string): Promise<unknown>;
  /** The resource; null when it does not exist. */
  find(path: string): Promise<unknown>;
  getPage(target: string, pageSize: number): Promise<JsonAnswer>;
  /** Beginning and end of the answer with one item, which is too large to be read. */
  getEnds(target: string): Promise<{ head: string; tail: string }>;
  /**
   * Reads up to `batchSize` resources in one request (https://learn.microsoft.com/en-us/graph/json-batching).
   *
   * @returns of each path what `find` returns or throws; a path without an answer is left out
   */
  batch(paths: string[]): Promise<Map<string, unknown>>;
  send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<unknown>;
  /** Does a link lead to the configured host? */
  isOwn(link: string): boolean;
}

/** Graph accepts this many requests in a batch. */
export const batchSize = 20;

/**
 * Sent with every request, also for every page: UTC times, text bodies, ids that survive a move within the mailbox
 * (https://learn.microsoft.com/en-us/graph/outlook-immutable-id).
 */
const preferences = 'outlook.timezone="UTC", outlook.body-content-type="text", IdType="ImmutableId"';

const batchSchema = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.string()).catch({}),
      body: z.unknown(),
    }),
  ),
});

/** Headers of an answer in a batch. They may have characters that headers of HTTP cannot have. */
const headersIn = (headers: Record<string, string>): Pick<Headers, 'get'> => ({
  get: (name) => Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? null,
});

export function createGraphApi(graphUrl: string, accessToken: string, clock: Clock): GraphApi {
  const base = `${graphUrl}/v1.0`;
  const headersOf = (pageSize = 200): Record<string, string> => ({
    authorization: `Bearer ${accessToken}`,
    prefer: `odata.maxpagesize=${pageSize}, ${preferences}`,
    'user-agent': 'Kalends',
  });

  const accept = (answer: JsonAnswer): JsonAnswer => {
    if (answer.status < 200 || answer.status > 299) throw microsoftGraphError(answer, clock.now());
    return answer;
  };
  const check = (answer: JsonAnswer): JsonAnswer => {
    if (isCutOff(accept(answer)))
      throw new ProviderError({ kind: 'retry', error: 'answer_unreadable' }, 'cut_off', 'the answer was cut off');
    return answer;
  };

  return {
    get: async (target) => check(await requestJson(addressOf(target), { headers: headersOf() })).body,
    find: async (path) => {
      const answer = await requestJson(addressOf(path), { headers: headersOf() });
      return isAbsent(answer) ? null : (check(answer).body ?? undefined);
    },
    getPage: async (target, pageSize) => check(await requestJson(addressOf(target), { headers: headersOf(pageSize) })),
    getEnds: (target) => requestEnds(addressOf(target), { headers: headersOf(1) }),
    send,
    isOwn,
    batch: async (paths) => {
      const requests = paths.map((url, index) => ({
        id: String(index),
        method: 'GET',
        url,
        headers: { prefer: preferences },
      }));
      const { responses } = readAnswer(batchSchema, await send('POST', '/$batch', { requests }));
      return new Map(
        responses.flatMap(({ id, status, headers, body }): [string, unknown][] => {
          const path = paths[Number(id)];
          if (path === undefined) return [];
          if (isAbsent({ status, body })) return [[path, null]];
          const isOk = status >= 200 && status <= 299 && body !== null && body !== undefined;
          return [
            [path, isOk ? body : microsoftGraphError({ status, headers: headersIn(headers), body }, clock.now())],
          ];
        }),
      );
    },
  };

  async function send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const answer = await requestJson(`${base}${path}`, {
      method,
      headers: { ...headersOf(), ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    // The answer to a DELETE may be empty.
    return accept(answer).body;
  }

  /** Links are followed as they are, but the token is sent to the configured host only. */
  function addressOf(target: string): string {
    if (target.startsWith('/')) return `${base}${target}`;
    if (!isOwn(target)) throw new ProviderError({ kind: 'resync' }, 'foreign_link', 'a link to another host');
    return target;
  }

  function isOwn(link: string): boolean {
    return URL.parse(link)?.origin === new URL(graphUrl).origin;
  }
}
