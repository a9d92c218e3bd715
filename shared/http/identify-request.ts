import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * SHA-256 (hex) of method, path, query and body. Two requests of a project with the same hash are the same request. It
 * makes no difference whether API Gateway passes the body as text or in base64.
 */
export function identifyRequest({
  requestContext,
  rawPath,
  rawQueryString,
  body = '',
  isBase64Encoded,
}: APIGatewayProxyEventV2): string {
  return createHash('sha256')
    .update(`${JSON.stringify([requestContext.http.method, rawPath, rawQueryString])}\n`)
    .update(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'))
    .digest('hex');
}
