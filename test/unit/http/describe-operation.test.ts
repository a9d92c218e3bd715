import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type DescribedRoute, describeOperation } from '../../../shared/http/describe-operation.ts';
import { createSchemaWriter } from '../../../shared/http/describe-schemas.ts';
import type { OperationDocument } from '../../../shared/http/operation-document.ts';

const document: OperationDocument = {
  summary: 'Change a thing',
  description: 'Changes a thing.',
  tag: 'Things',
  request: { schema: z.object({ name: z.string() }), example: { name: 'a' } },
  answer: { status: 200, description: 'The thing', schema: z.object({ id: z.string() }), example: { id: 'a' } },
  errors: ['NotFound', 'ConflictOrUnreadable'],
};
const writer = createSchemaWriter([]);
const route: DescribedRoute = { method: 'PATCH', path: '/things/{id}', operation: 'changeThing', auth: 'api_key' };

interface Described {
  operationId: string;
  parameters?: { name: string; in: string }[];
  requestBody?: { required: boolean };
  responses: Record<string, object>;
  security?: object[];
}
const described = (given: Partial<DescribedRoute> = {}, errors = document.errors) =>
  describeOperation({ ...route, ...given }, { ...document, ...(errors && { errors }) }, writer) as Described;
const statusesOf = ({ responses }: Described): string[] => Object.keys(responses).sort();

describe('the OpenAPI description of an operation', () => {
  it('has the operation, its path parameters and its body', () => {
    expect(described()).toMatchObject({
      operationId: 'changeThing',
      parameters: [{ name: 'id', in: 'path', required: true }],
      requestBody: { required: true },
    });
  });

  it('adds the answers that all operations with an API key have', () => {
    expect(statusesOf(described()).join(' ')).toBe('200 400 401 404 409 413 414 415 429 431 500 503');
    expect(statusesOf(described({ method: 'GET' })).join(' ')).toBe('200 400 401 404 409 414 429 431 500 503');
    expect(described()).not.toHaveProperty('security');
  });

  it('adds the Idempotency-Key and its answers to a POST', () => {
    const post = described({ method: 'POST', path: '/things' });
    expect(post.parameters).toEqual([{ $ref: '#/components/parameters/IdempotencyKey' }]);
    expect(statusesOf(post).join(' ')).toBe('200 400 401 404 409 413 414 415 422 429 431 500 503');
    expect(post.responses['409']).toEqual({ $ref: '#/components/responses/ConflictOrUnreadable' });
  });

  it('describes a status that has two errors by a response with both', () => {
    const list = described({ method: 'GET' }, ['NotFound', 'InvalidCursor', 'Unreadable']);
    expect(list.responses['404']).toEqual({ $ref: '#/components/responses/NotFoundOrInvalidCursor' });
    const post = described({ method: 'POST' }, ['InvalidQuery', 'Unreadable']);
    expect(post.responses['400']).toEqual({ $ref: '#/components/responses/InvalidRequest' });
    expect(post.responses['409']).toEqual({ $ref: '#/components/responses/ConflictOrUnreadable' });
    expect(() => described({ method: 'POST', auth: 'none' }, ['Throttled'])).toThrow('TooManyRequests, Throttled');
  });

  it('asks for no API key where the route is open', () => {
    const open = described({ method: 'POST', path: '/things', auth: 'none' });
    expect(open.security).toEqual([]);
    expect(open).not.toHaveProperty('parameters');
    expect(statusesOf(open)).toEqual(['200', '404', '409', '429', '500', '503']);
  });
});
