import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { RouteMatch } from './compile-routes.ts';
import { LOCAL_ACCOUNT } from './local-account.ts';

/**
 * API Gateway passes these bodies as text and every other one, forms and bodies without a type included, in base64
 * (observed on HTTP APIs; the documentation lists no types).
 */
const TEXT_TYPES = /^(text\/.*|application\/(json|xml|javascript))$/;

const isText = (contentType: string | undefined): boolean =>
  TEXT_TYPES.test((contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '');

/** Splits a request target into path and query. The origin of an absolute target is dropped. */
export const splitTarget = (target: string): { path: string; query: string } => {
  const relative = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  const at = relative.indexOf('?');
  const path = at < 0 ? relative : relative.slice(0, at);
  return { path: path.startsWith('/') ? path : `/${path}`, query: at < 0 ? '' : relative.slice(at + 1) };
};

/** Decodes a path, as HTTP APIs do. Returns undefined for a malformed escape. */
export const decodePath = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};

const joinHeaders = (request: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values !== undefined && name !== 'cookie') headers[name] = values.join(',');
  }
  return headers;
};

const joinQuery = (query: string): Record<string, string> => {
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const known = joined.get(name);
    joined.set(name, known === undefined ? value : `${known},${value}`);
  }
  return Object.fromEntries(joined);
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Formats a time in the common log format, in UTC, e.g. `12/Mar/2020:19:03:58 +0000`. */
const formatLogTime = (now: number): string => {
  const date = new Date(now);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(pad).join(':');
  return `${pad(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${clock} +0000`;
};

export type HttpEventInput = {
  request: IncomingMessage;
  body: Buffer;
  match: Pick<RouteMatch<unknown>, 'routeKey' | 'pathParameters'>;
  /** Decoded path and undecoded query string. */
  path: string;
  query: string;
  /** Local time in milliseconds. */
  now: number;
};

/** Builds the event that an HTTP API sends to a function: payload format 2.0, stage `$default`. */
export const buildHttpEvent = ({ request, body, match, path, query, now }: HttpEventInput): APIGatewayProxyEventV2 => {
  const headers = joinHeaders(request);
  const host = headers['host'] ?? '';
  const sourceIp = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1';
  const cookies = (request.headersDistinct['cookie'] ?? [])
    .flatMap((line) => line.split(';'))
    .map((part) => part.trim());
  const isBase64Encoded = body.length > 0 && !isText(headers['content-type']);
  const forwardedFor = headers['x-forwarded-for'];
  return {
    version: '2.0',
    routeKey: match.routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers: {
      ...headers,
      'content-length': String(body.length),
      'x-amzn-trace-id': `Root=1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
      'x-forwarded-for': forwardedFor === undefined ? sourceIp : `${forwardedFor}, ${sourceIp}`,
      'x-forwarded-port': String(request.socket.localPort ?? ''),
      'x-forwarded-proto': 'http',
    },
    ...(query !== '' && { queryStringParameters: joinQuery(query) }),
    requestContext: {
      accountId: LOCAL_ACCOUNT,
      apiId: 'local',
      domainName: host,
      domainPrefix: host.split('.', 1)[0] ?? '',
      http: {
        method: request.method ?? 'GET',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: match.routeKey,
      stage: '$default',
      time: formatLogTime(now),
      timeEpoch: now,
    },
    ...(match.pathParameters && { pathParameters: match.pathParameters }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
};
