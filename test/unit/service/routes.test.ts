import { describe, expect, it } from 'vitest';
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
      expect(path).toMatch(/^(\/[\w.]+|\/\{\w+\})+(\/\{\w+\+\})?$/);
    }
  });

  it('need an API key below /api, and only there; providers push below /push, pages are below /docs and /connect', () => {
    const groups: Record<string, string> = { api: 'api_key', push: 'push', docs: 'page', connect: 'page' };
    for (const { path, auth } of routes)
      expect([path, auth]).toEqual([path, groups[path.split('/')[1] ?? ''] ?? 'none']);
  });
});
