import { describe, expect, it } from 'vitest';
import { openapiDocument } from '../../../shared/service/openapi.api.ts';
import { routes } from '../../../shared/service/routes.ts';

describe('the routes of all capabilities', () => {
  it('have no key and no operation twice', () => {
    const unique = (texts: string[]): number => new Set(texts).size;
    expect(unique(routes.map(({ key }) => key))).toBe(routes.length);
    expect(unique(routes.map(({ operation }) => operation))).toBe(routes.length);
  });

  it('have a method and a path as API Gateway spells them', () => {
    for (const { key, method, path } of routes) {
      expect(key).toBe(`${method} ${path}`);
      expect(path).toMatch(/^(\/[\w.]+|\/\{\w+\})+$/);
    }
  });

  it('need an API key below /api, and only there', () => {
    for (const { path, auth } of routes)
      expect([path, auth]).toEqual([path, path.startsWith('/api/') ? 'api_key' : 'none']);
  });

  it('are all in the OpenAPI document', () => {
    const { paths } = openapiDocument('1.0.0') as { paths: Record<string, Record<string, { operationId: string }>> };
    const described = Object.values(paths).flatMap((methods) => Object.values(methods));
    expect(described.map(({ operationId }) => operationId).sort()).toEqual(
      routes.map(({ operation }) => operation).sort(),
    );
  });
});
