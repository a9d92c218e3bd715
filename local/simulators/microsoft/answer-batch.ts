import type { WireAnswer } from '../answer-with-fault.ts';
import { graphError } from './graph-error.ts';

/** A request as it came, or as a part of a batch. */
export type Incoming = { method: string; url: URL; headers: Record<string, string | undefined>; body: string };

/** Graph refuses longer batches. */
const MAX_REQUESTS = 20;

type Part = { id: string; method: string; url: string; headers?: Record<string, string> };

function readParts(body: string): Part[] {
  const { requests } = (JSON.parse(body) ?? {}) as { requests?: Part[] };
  const ids = new Set((requests ?? []).map(({ id }) => id));
  if (!Array.isArray(requests) || ids.size !== requests.length || requests.length === 0) {
    throw graphError(400, 'BadRequest', 'Invalid batch payload format.');
  }
  if (requests.length > MAX_REQUESTS) {
    throw graphError(400, 'BadRequest', `Number of batch request steps exceeds the maximum value of ${MAX_REQUESTS}.`);
  }
  return requests;
}

/**
 * `POST /$batch`: each request is served as if it came alone, one after the other, with the access token of the batch and
 * no other of its headers. A dropped connection answers 504.
 */
export async function answerBatch(
  { url, headers, body }: Incoming,
  serve: (one: Incoming) => Promise<WireAnswer | undefined>,
): Promise<WireAnswer> {
  const responses: object[] = [];
  for (const part of readParts(body)) {
    const own = Object.fromEntries(
      Object.entries(part.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const answer = await serve({
      method: part.method,
      url: new URL(`/v1.0${part.url}`, url),
      headers: { ...own, authorization: headers.authorization, host: headers.host },
      body: '',
    });
    const { status, body: content = null, headers: answered = {} } = answer ?? { status: 504 };
    responses.push({ id: part.id, status, headers: answered, body: content });
  }
  return { status: 200, body: { responses } };
}
