import { gzipSync } from 'node:zlib';
import type { Answer } from './answer.ts';

/** Shorter bodies gain nothing: they fit into one packet as they are. */
const leastBytes = 1024;

/** An answer as API Gateway gets it: with `isBase64Encoded` it decodes the body. */
export type SentAnswer = Answer & { isBase64Encoded?: boolean };

/**
 * Compresses an answer for a client that accepts gzip. The client reads the same bytes. Lambda's limit of 6 MB counts the
 * compressed body: it is sent in base64 and is still shorter than the text.
 *
 * @param acceptEncoding the header as sent
 */
export function compressAnswer(answer: Answer, acceptEncoding: string | undefined): SentAnswer {
  if (Buffer.byteLength(answer.body) < leastBytes) return answer;
  // A cache must not give the compressed answer to a client that did not ask for it.
  const headers = { ...answer.headers, vary: 'accept-encoding' };
  if (!acceptsGzip(acceptEncoding)) return { ...answer, headers };
  const body = gzipSync(answer.body).toString('base64');
  return { ...answer, headers: { ...headers, 'content-encoding': 'gzip' }, body, isBase64Encoded: true };
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding: the weight of gzip counts, or that of all codings. */
function acceptsGzip(header = ''): boolean {
  const weights = new Map(
    header.split(',').map((coding) => {
      const [name = '', ...parameters] = coding.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight)] as const;
    }),
  );
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0;
}
