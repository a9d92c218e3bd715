import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { serveDocs } from '../../shared/docs-site/serve-docs.ts';

/** `npm run docs` builds the site, and bundling puts it beside the function. */
const site = fileURLToPath(new URL('./site/', import.meta.url));

export const handler = serveDocs(async (path) => {
  try {
    return await readFile(`${site}${path}`);
  } catch (error) {
    // Not found, or a folder.
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
});
