import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type DescribedRoute, describeOperation } from '../../../shared/http/describe-operation.ts';

const document = {
  summary: 'Change a thing',
  tag: 'Things',
  request: z.object({ name: z.string() }),
  responses: { 200: z.object({ id: z.string() }), 404: z.object({ error: z.string() }) },
};
const route: DescribedRoute = { method: 'PATCH', path: '/things/{id}', operation: 'changeThing', auth: 'api_key' };

interface Described {
  operationId: string;
  parameters?: { name: string; in: string }[];
  requestBody?: { required: boolean };
  responses: Record<string, object>;
  security?: object[];
}
const described = (given: Partial<DescribedRoute> = {}) =>
  describeOperation({ ...route, ...given }, document) as Described;
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
    expect(statusesOf(described())).toEqual(['200', '401', '404', '409', '429', '500']);
    expect(statusesOf(described({ method: 'GET' }))).toEqual(['200', '401', '404', '429', '500']);
    expect(described()).not.toHaveProperty('security');
  });

  it('adds the Idempotency-Key and its answers to a POST', () => {
    const post = described({ method: 'POST', path: '/things' });
    expect(post.parameters).toEqual([expect.objectContaining({ name: 'Idempotency-Key', in: 'header' })]);
    expect(statusesOf(post)).toEqual(['200', '400', '401', '404', '409', '422', '429', '500']);
  });

  it('asks for no API key where the route is open', () => {
    const open = described({ method: 'POST', path: '/things', auth: 'none' });
    expect(open.security).toEqual([]);
    expect(open).not.toHaveProperty('parameters');
    expect(statusesOf(open)).toEqual(['200', '404', '500']);
  });
});
