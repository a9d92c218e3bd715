import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * SHA-256, in hex, of what makes two requests of a project the same: method, path, query and the bytes of the body,
 * whether API Gateway passed them on as text or in base64.
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
