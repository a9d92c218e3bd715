import { describe, expect, it } from 'vitest';
import { compileRoutes } from '../../../local/runner/compile-routes.ts';

const keys = ['GET /a', 'ANY /a', 'GET /a/{id}', 'GET /a/me', 'ANY /a/{id}/b', 'GET /files/{path+}', 'ANY /{proxy+}'];
const find = compileRoutes([...keys, '$default'].map((routeKey) => ({ routeKey, target: routeKey })));

describe('routes', () => {
  it.each([
    ['GET', '/a', 'GET /a', undefined],
    ['POST', '/a', 'ANY /a', undefined],
    ['GET', '/a/me', 'GET /a/me', undefined],
    ['GET', '/a/x y', 'GET /a/{id}', { id: 'x y' }],
    ['PUT', '/a/1/b', 'ANY /a/{id}/b', { id: '1' }],
    ['GET', '/files/x/y.txt', 'GET /files/{path+}', { path: 'x/y.txt' }],
    ['POST', '/files/x', 'ANY /{proxy+}', { proxy: 'files/x' }],
    ['DELETE', '/a/me', 'ANY /{proxy+}', { proxy: 'a/me' }],
    ['GET', '/a/', 'ANY /{proxy+}', { proxy: 'a/' }],
    ['GET', '/', '$default', undefined],
  ])('leads %s %s to %s', (method, path, routeKey, pathParameters) => {
    expect(find(method, path)).toEqual({ routeKey, target: routeKey, pathParameters });
  });

  it('finds nothing when there is neither a route nor a default', () => {
    expect(compileRoutes([{ routeKey: 'GET /a', target: 1 }])('HEAD', '/a')).toBeUndefined();
  });

  it('refuses route keys it does not understand', () => {
    expect(() => compileRoutes([{ routeKey: '$connect', target: 1 }])).toThrow('"$connect"');
    expect(() => compileRoutes([{ routeKey: 'GET /{a+}/b', target: 1 }])).toThrow('must come last');
  });
});
