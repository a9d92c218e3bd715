import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listShellValues } from '../../../local/demo/list-shell-values.ts';

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

/** The variables that the demo prints for a second terminal. */
const demoValues = new Set(
  listShellValues({
    url: '',
    apiKey: '',
    login: '',
    account: { clientId: '', clientSecret: '', refreshToken: '' },
    tenantApp: { tenantId: '', clientId: '', clientSecret: '' },
  }).flatMap((line) => [...line.matchAll(/([A-Z_]+)=/g)].map(([, name = '']) => name)),
);

/** Blocks of a page with what stands before them on it. */
const blocksOf = (page: string) => {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^( *)```(?<language>\w+) (?<name>\S+)\n(?<code>.*?)^\1```$/gms)].map((match) => ({
    language: match.groups?.['language'] ?? '',
    name: match.groups?.['name'] ?? '',
    code: match.groups?.['code'] ?? '',
    before: text.slice(0, match.index),
  }));
};

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

describe('Commands for the API', () => {
  it.each(pages)('of %s are run by a test as they are', (page) => {
    const calls = blocksOf(page).filter(({ language, code }) =>
      language === 'sh' ? code.includes('$API') : /^(?:GET|POST|PUT|PATCH|DELETE) \/api\//.test(code),
    );
    const faults = calls.filter(
      ({ language, name, code }) => language !== 'sh' || name === 'fragment' || /[…<]/.test(code),
    );
    expect(faults.map(({ code }) => code)).toEqual([]);
  });

  it.each(pages)(
    'of %s use values that the demo prints, that they set themselves, or that the page has explained',
    (page) => {
      const unknown = blocksOf(page).flatMap(({ language, name, code, before }) => {
        if (language !== 'sh' || name === 'fragment') return [];
        const used = [...code.matchAll(/\$\{?([A-Z_]+)/g)].map(([, variable = '']) => variable);
        const isSet = (one: string): boolean => new RegExp(`^${one}=`, 'm').test(code);
        return used.filter((one) => !demoValues.has(one) && !isSet(one) && !before.includes(`\`${one}\``));
      });
      expect(unknown).toEqual([]);
    },
  );
});
