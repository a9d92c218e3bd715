import { existingIdHeader } from './answer.ts';
import { idempotencyKeyHeader, replayedHeader } from './idempotency-key.ts';
import { ignoredParametersHeader } from './ignored-parameters.ts';

/** Headers of answers, as the document describes them. */
export const responseHeaders = {
  'Retry-After': {
    description: 'Seconds after which the request can succeed',
    schema: { type: 'integer', minimum: 0 },
    example: 12,
  },
  'WWW-Authenticate': {
    description: 'The scheme of the `Authorization` header',
    schema: { type: 'string', const: 'Token' },
    example: 'Token',
  },
  [replayedHeader]: {
    description: `\`true\`: this is the stored answer to an earlier request with the same \`${idempotencyKeyHeader}\``,
    schema: { type: 'string', const: 'true' },
    example: 'true',
  },
  [ignoredParametersHeader]: {
    description:
      'Names of query parameters that the operation does not know, percent-encoded, with commas between them',
    schema: { type: 'string' },
    example: 'calender_id',
  },
  [existingIdHeader]: {
    description: 'Id of the object that has the `deduplication_key`',
    schema: { type: 'string' },
    example: 'cal_8Jk2nVx0QwErTy12',
  },
} as const;

export type HeaderName = keyof typeof responseHeaders;

/** References to headers of the document. */
export const referToHeaders = (names: readonly HeaderName[]): object =>
  names.length === 0
    ? {}
    : { headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])) };
