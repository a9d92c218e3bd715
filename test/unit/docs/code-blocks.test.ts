import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const pages = [
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.includes('node_modules') && !/^(dist|api)\//.test(path))
    .map((path) => `docs/${path}`),
  'README.md',
  'clients/python/README.md',
  'clients/typescript/README.md',
  'examples/note-taker/README.md',
  'CONTRIBUTING.md',
].sort();
const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(root, 'test', path), 'utf8'))
  .join('\n');

/** Opening fences of a page, without the closing ones. */
const fences = (page: string): string[] =>
  readFileSync(join(root, page), 'utf8')
    .split('\n')
    .map((line) => line.trimStart())
    .filter((line) => line.startsWith('```'))
    .filter((_line, index) => index % 2 === 0);

describe('Every code block of a page', () => {
  it.each(pages)('of %s is run by a test, or says that it is a fragment', (page) => {
    const unknown = fences(page).filter((fence) => {
      const [, language = '', name = ''] = /^```(\w*) ?(\S*)/.exec(fence) ?? [];
      // A drawing.
      if (language === '') return false;
      return name !== 'fragment' && !(name !== '' && tests.includes(`'${name}'`));
    });
    expect(unknown).toEqual([]);
  });
});
