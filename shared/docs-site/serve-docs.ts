import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Files of the built site. @returns null when there is no such file */
export type ReadSiteFile = (path: string) => Promise<Buffer | null>;

const htmlType = 'text/html; charset=utf-8';
const contentTypes: Readonly<Record<string, string>> = {
  '.html': htmlType,
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};
/** These are compressed already. */
const packed: ReadonlySet<string> = new Set(['.png', '.woff2']);

const headers = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // The pages carry a short script each, which chooses light or dark.
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
};

/** Names of files of the site have these characters. Everything else is not found, `..` included. */
const pathPattern = /^(?:[\w@-][\w.@-]*\/)*[\w@-][\w.@-]*$/;

const notBuilt =
  'The docs are not part of this deployment. Run `npm run docs`, and deploy (or start local mode) again.\n';

/**
 * Answers requests below `/docs` with files of the built docs site. Names of assets contain a hash of their content, so
 * browsers keep them.
 */
export const serveDocs =
  (read: ReadSiteFile) =>
  async (event: Pick<APIGatewayProxyEventV2, 'rawPath' | 'headers'>): Promise<APIGatewayProxyStructuredResultV2> => {
    const path = event.rawPath.replace(/^\/docs\/?/, '');
    if (path === '') return redirect('index.html');
    const isPath = pathPattern.test(path);
    const found = isPath ? await read(path) : null;
    if (found) return answer(200, path, found, event.headers);
    // A person has typed the address of a page.
    if (isPath && extname(path) === '' && (await read(`${path}.html`))) return redirect(`${path}.html`);
    const missing = await read('404.html');
    return missing
      ? answer(404, '404.html', missing, event.headers)
      : { statusCode: 404, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' }, body: notBuilt };
  };

const redirect = (path: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 302,
  headers: { ...headers, location: `/docs/${path}` },
});

function answer(
  statusCode: number,
  path: string,
  content: Buffer,
  asked: APIGatewayProxyEventV2['headers'],
): APIGatewayProxyStructuredResultV2 {
  const extension = extname(path);
  const isGzipped = !packed.has(extension) && /\bgzip\b/.test(asked['accept-encoding'] ?? '');
  return {
    statusCode,
    headers: {
      ...headers,
      'content-type': contentTypes[extension] ?? 'application/octet-stream',
      'cache-control': path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
      vary: 'Accept-Encoding',
      ...(isGzipped && { 'content-encoding': 'gzip' }),
    },
    body: (isGzipped ? gzipSync(content) : content).toString('base64'),
    isBase64Encoded: true,
  };
}
