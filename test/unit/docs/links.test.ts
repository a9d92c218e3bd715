import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const docs = join(root, 'docs');
const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.md') && !path.includes('node_modules') && !/^(dist|api)\//.test(path),
);
const files = [
  ...pages.map((page) => join('docs', page)),
  'README.md',
  'CONTRIBUTING.md',
  'clients/python/README.md',
  'clients/typescript/README.md',
  'examples/note-taker/README.md',
].sort();

/** A page without its code, in which brackets mean something else. */
const prose = (file: string): string =>
  readFileSync(join(root, file), 'utf8')
    .replaceAll(/^( *)```.*?^\1```$/gms, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[()[\]]/g, ''));

/** The anchor of a heading, as GitHub and the docs site make it. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

function anchorsIn(file: string): Set<string> {
  const text = readFileSync(join(root, file), 'utf8').replaceAll(/^( *)```.*?^\1```$/gms, '');
  return new Set([...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) => anchorOf(heading)));
}

/** What is wrong with a link; null when it leads somewhere. */
function faultOf(file: string, target: string): string | null {
  const [path = '', anchor] = target.split('#');
  const at = path === '' ? file : relative(root, join(root, dirname(file), path));
  if (!existsSync(join(root, at))) return 'no such file';
  if (anchor === undefined || !at.endsWith('.md')) return null;
  return anchorsIn(at).has(anchor) ? null : 'no such heading';
}

describe('Links between the pages', () => {
  it.each(files)('of %s lead to a file and to a heading in it', (file) => {
    const targets = [...prose(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const own = targets.filter((target) => !/^(?:https?:|mailto:|\/)/.test(target));
    const faults = own.flatMap((target) => {
      const fault = faultOf(file, target);
      return fault === null ? [] : [`${target}: ${fault}`];
    });
    expect(faults).toEqual([]);
  });

  it('include every page in the sections of the site, from which llms.txt is made', () => {
    const config = readFileSync(join(docs, '.vitepress/config.ts'), 'utf8');
    const named = pages.filter((page) => page !== 'index.md' && !page.startsWith('decisions/'));
    expect(named.filter((page) => !config.includes(`'${page.replace(/\.md$/, '')}'`))).toEqual([]);
  });
});
