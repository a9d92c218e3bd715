import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { serveDocs } from '../../../shared/docs-site/serve-docs.ts';

const files: Record<string, string> = {
  'index.html': '<h1>Kalends</h1>',
  'use/google.md': '# Google',
  'use/google.html': '<h1>Google</h1>',
  'assets/app.Bx3_-1.js': 'run()',
  '404.html': '<h1>Not found</h1>',
};
const asked: string[] = [];
const get = async (rawPath: string, headers: Record<string, string> = {}) => {
  const answer = await serveDocs(async (path) => {
    asked.push(path);
    return files[path] === undefined ? null : Buffer.from(files[path]);
  })({ rawPath, headers });
  return { ...answer, text: Buffer.from(answer.body ?? '', 'base64') };
};

describe('The docs site', () => {
  it('sends its root to the first page', async () => {
    for (const path of ['/docs', '/docs/']) {
      expect(await get(path)).toMatchObject({ statusCode: 302, headers: { location: '/docs/index.html' } });
    }
  });

  it('sends the address of a page without its ending to the page', async () => {
    const headers = { location: '/docs/use/google.html' };
    expect(await get('/docs/use/google')).toMatchObject({ statusCode: 302, headers });
    expect(await get('/docs/use/nothing')).toMatchObject({ statusCode: 404 });
  });

  it('serves pages, their texts and assets with their types', async () => {
    const page = await get('/docs/index.html');
    expect(page).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(page.text.toString()).toBe('<h1>Kalends</h1>');
    const text = await get('/docs/use/google.md');
    expect(text.headers).toMatchObject({ 'content-type': 'text/markdown; charset=utf-8' });
    const asset = await get('/docs/assets/app.Bx3_-1.js');
    expect(asset.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable' });
  });

  it('compresses for clients that accept it', async () => {
    const page = await get('/docs/index.html', { 'accept-encoding': 'br, gzip' });
    expect(page.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(gunzipSync(page.text).toString()).toBe('<h1>Kalends</h1>');
  });

  it('answers an unknown page with 404 and the page for it', async () => {
    const page = await get('/docs/nothing.html');
    expect([page.statusCode, page.text.toString()]).toEqual([404, '<h1>Not found</h1>']);
  });

  it.each([
    '/docs/../index.mjs',
    '/docs/use/../../index.mjs',
    '/docs/%2e%2e/index.mjs',
    '/docs//etc/passwd',
    '/docs/a\0b',
  ])('never reads beside the site: %j', async (path) => {
    asked.length = 0;
    expect((await get(path)).statusCode).toBe(404);
    expect(asked).toEqual(['404.html']);
  });

  it('says how to build the site where it is not built', async () => {
    const answer = await serveDocs(async () => null)({ rawPath: '/docs/index.html', headers: {} });
    expect(answer).toMatchObject({ statusCode: 404, body: expect.stringContaining('npm run docs') as string });
  });
});
