import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AppError } from '../platform/app-error.ts';
import type { ProjectId } from '../platform/ids.ts';
import { parseJson } from './parse-json.ts';

/** A request to an operation, after authentication. */
export interface ApiRequest {
  projectId: ProjectId;
  params: Record<string, string>;
  /** The last value of a repeated parameter counts. */
  query: URLSearchParams;
  /** Absolute address of the request without its query string. */
  url: string;
  /**
   * Parses the body to a JSON object, with numbers as `JsonNumber`. An operation calls it after it has found its object:
   * 404 comes before 400. @throws AppError `unsupported_media_type`, `malformed_request` or `invalid_fields`
   */
  body(): Record<string, unknown>;
}

export interface ApiResponse {
  status: number;
  /** JSON value; undefined is an empty body. */
  body?: unknown;
  /** The body as JSON text, instead of `body`: lists write each row once. */
  json?: string;
  /** Where a redirect leads. */
  location?: string;
}

/** The project of requests without a key: an id that no project has. */
export const noProject: ProjectId = 'proj_';

/** @param projectId project of the API key; `noProject` on open routes */
export function readApiRequest(event: APIGatewayProxyEventV2, projectId: ProjectId): ApiRequest {
  const scheme = event.headers['x-forwarded-proto'] ?? 'https';
  return {
    projectId,
    params: Object.fromEntries(Object.entries(event.pathParameters ?? {}).map(([name, value]) => [name, value ?? ''])),
    query: new URLSearchParams(event.rawQueryString),
    url: `${scheme}://${event.requestContext.domainName}${event.rawPath}`,
    body: () => readBody(event),
  };
}

/** The last value of a query parameter. */
export const lastOf = (query: URLSearchParams, name: string): string | undefined => query.getAll(name).at(-1);

function readBody({ body, isBase64Encoded, headers }: APIGatewayProxyEventV2): Record<string, unknown> {
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length === 0) return {};
  const contentType = headers['content-type'] ?? '';
  if (contentType.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    throw new AppError('unsupported_media_type', `Unsupported media type "${contentType}" in request.`);
  }
  return parseJson(bytes);
}
