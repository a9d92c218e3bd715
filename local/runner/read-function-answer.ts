import * as z from 'zod';

/** An HTTP answer that can be written to the connection. */
export type HttpAnswer = { status: number; headers: [name: string, value: string][]; body: Buffer };

const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const structuredSchema = z.looseObject({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), headerValue).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Makes an answer of API Gateway itself, e.g. `{"message":"Internal Server Error"}`. */
export const gatewayAnswer = (status: number, message: string): HttpAnswer => ({
  status,
  headers: [['content-type', 'application/json']],
  body: Buffer.from(JSON.stringify({ message })),
});

/** Headers of the connection. The server sets them, so those of the function are dropped. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'trailer',
]);
const VALID_HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const INVALID_HEADER_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

const collectHeaders = (given: Record<string, string>, cookies: readonly string[]): [string, string][] | undefined => {
  const headers = Object.entries(given)
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !CONNECTION_HEADERS.has(name));
  headers.push(...cookies.map((cookie): [string, string] => ['set-cookie', cookie]));
  const isInvalid = headers.some(([name, value]) => !VALID_HEADER_NAME.test(name) || INVALID_HEADER_VALUE.test(value));
  if (isInvalid) return undefined;
  if (!headers.some(([name]) => name === 'content-type')) headers.push(['content-type', 'text/plain;charset=UTF-8']);
  return headers;
};

/**
 * Reads a function's JSON result as an HTTP API does (payload format 2.0): an object with `statusCode` is the answer,
 * anything else the JSON body of a 200. A malformed answer gives 500.
 */
export const readFunctionAnswer = (payload: string): HttpAnswer => {
  const result: unknown = JSON.parse(payload);
  const isStructured = typeof result === 'object' && result !== null && 'statusCode' in result;
  if (!isStructured) {
    // A string is used as the body as it is, not as JSON.
    const body = Buffer.from(typeof result === 'string' ? result : payload);
    return { status: 200, headers: [['content-type', 'application/json']], body };
  }
  const parsed = structuredSchema.safeParse(result);
  const headers = parsed.success ? collectHeaders(parsed.data.headers ?? {}, parsed.data.cookies ?? []) : undefined;
  if (!parsed.success || headers === undefined) return gatewayAnswer(500, 'Internal Server Error');
  const { statusCode: status, body, isBase64Encoded } = parsed.data;
  return { status, headers, body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8') };
};
