import { setTimeout } from 'node:timers/promises';
import { CliError } from './cli-error.ts';

interface ApiAnswer {
  status: number;
  /** Undefined when the body is no JSON. */
  body: unknown;
}

interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  body?: object;
  idempotencyKey?: string;
}

/** @throws CliError when nothing answers, or the key is refused */
export type CallApi = (request: ApiRequest) => Promise<ApiAnswer>;

/** A refusal for too many requests, a failure of the server, and a missing answer are tried again. */
const attempts = 6;
const longestPauseMs = 120_000;
const answerMs = 30_000;

/**
 * Calls an API with the token of a project. It waits as `Retry-After` asks, or with growing pauses.
 *
 * @param name of the server, for people @param baseUrl the address before `/api/v1`
 */
export function createApiCaller(name: string, baseUrl: string, apiKey: string): CallApi {
  const base = baseUrl.replace(/\/+$/, '');
  return async (request) => {
    let fault = '';
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const { answer, error, retryAfterMs } = await send(base, apiKey, request);
      if (answer?.status === 401 || answer?.status === 403)
        throw new CliError(`${name} at ${base} refuses its API key`);
      if (answer && answer.status !== 429 && answer.status < 500) return answer;
      fault = answer ? `answers ${answer.status}` : `does not answer: ${error}`;
      if (attempt < attempts) await setTimeout(Math.min(retryAfterMs ?? 500 * 2 ** attempt, longestPauseMs));
    }
    throw new CliError(`${name} at ${base} ${fault}`);
  };
}

async function send(
  base: string,
  apiKey: string,
  { method, path, body, idempotencyKey }: ApiRequest,
): Promise<{ answer?: ApiAnswer; error?: string; retryAfterMs?: number | undefined }> {
  try {
    const response = await fetch(base + path, {
      method,
      headers: {
        authorization: `Token ${apiKey}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerMs),
    });
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    return {
      answer: { status: response.status, body: parseJson(await response.text()) },
      ...(Number.isFinite(seconds) && { retryAfterMs: seconds * 1000 }),
    };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
