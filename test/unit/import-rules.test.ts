import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleFunctions, functionNames } from '../../infra/bundle.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Who may import whom, at run time and as a type. A ring imports from the rings of its line, and from itself; `type:`
 * stands before what it may know the types of only.
 */
const rules: Record<string, string[]> = {
  'shared/domain': [],
  'shared/platform': ['shared/domain'],
  'shared/store': ['shared/domain', 'shared/platform'],
  'shared/providers': ['shared/domain', 'shared/platform'],
  'shared/messaging': ['shared/domain', 'shared/platform'],
  'shared/webhooks': ['shared/domain', 'shared/platform'],
  'shared/runners': ['shared/domain', 'shared/platform', 'shared/webhooks'],
  'shared/actions': [
    'shared/domain',
    'shared/platform',
    'shared/store',
    'shared/providers',
    'shared/messaging',
    'shared/webhooks',
    'shared/runners',
  ],
  // It turns requests into what actions take, and what they give into answers: it knows their shapes and runs none.
  'shared/http': ['shared/domain', 'shared/platform', 'shared/webhooks', 'type:shared/store', 'type:shared/actions'],
  functions: [
    'shared/domain',
    'shared/platform',
    'shared/store',
    'shared/providers',
    'shared/messaging',
    'shared/webhooks',
    'shared/runners',
    'shared/actions',
    'shared/http',
  ],
};

/** Files that stand in one ring and may be imported by all: notifications without code. */
const notifications = new Set(['package.json', 'shared/store/table-schema.ts']);

/** Packages of the domain; node:crypto hashes. They compute and reach nothing outside. */
const purePackages = new Set([
  'zod',
  'temporal-polyfill',
  'entities',
  'entities/decode',
  'windows-iana',
  'node:crypto',
]);

interface Import {
  from: string;
  to: string;
  isType: boolean;
}

const isFile = (path: string): boolean => /^(shared|functions|infra|test)\/|^package\.json$/.test(path);
const ringOf = (path: string): string =>
  path
    .split('/')
    .slice(0, path.startsWith('shared/') ? 2 : 1)
    .join('/');

const statement =
  /^(?:import|export)\s+(?<type>type\s)?(?<names>[^;'"]*?)\s*from\s*'(?<from>[^']+)'|^import\s*'(?<bare>[^']+)'|\bimport\('(?<called>[^']+)'\)/gm;

/** Imports of a source file, types included, which a bundle no longer shows. */
function parseImports(from: string, source: string): Import[] {
  return [...source.matchAll(statement)].map(({ groups = {} }) => {
    const specifier = groups['from'] ?? groups['bare'] ?? groups['called'] ?? '';
    const names = /^\{(.*)\}$/s
      .exec(groups['names'] ?? '')?.[1]
      ?.split(',')
      .filter((name) => name.trim() !== '');
    const isType = groups['type'] !== undefined || (names?.every((name) => /^\s*type\s/.test(name)) ?? false);
    return { from, to: specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : specifier, isType };
  });
}

const sources = ['shared', 'functions']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));

/** What breaks the rules, as `from → to`. */
const faultsOf = (imports: Import[]): string[] =>
  imports
    .filter(({ from, to, isType }) => {
      const [ring, target] = [ringOf(from), ringOf(to)];
      if (!isFile(to)) return ring === 'shared/domain' && !purePackages.has(to);
      if (ring === target && ring !== 'functions') return false;
      // A function is a folder: nobody imports another one's.
      if (ring === 'functions' && target === ring) return dirname(from) !== dirname(to);
      return (
        !notifications.has(to) && !rules[ring]?.includes(target) && !(isType && rules[ring]?.includes(`type:${target}`))
      );
    })
    .map(({ from, to, isType }) => `${from} → ${to}${isType ? ' (type)' : ''}`);

const { inputs, outputs } = bundleFunctions(mkdtempSync(join(tmpdir(), 'kalends-bundles-')));

describe('imports in the sources', () => {
  it('keep to the rings', () => {
    const imports = sources.flatMap((file) => parseImports(file, readFileSync(join(root, file), 'utf8')));
    expect(imports.length).toBeGreaterThan(sources.length);
    expect(faultsOf(imports)).toEqual([]);
  });

  it('are known for every folder of shared', () => {
    const folders = readdirSync(join(root, 'shared')).map((name) => `shared/${name}`);
    expect(folders.filter((folder) => !(folder in rules))).toEqual([]);
  });
});

describe('imports in the bundles', () => {
  const bundled = Object.entries(inputs)
    .filter(([from]) => isFile(from))
    .flatMap(([from, { imports }]) =>
      imports.map(({ path, original }) => ({ from, to: isFile(path) ? path : (original ?? path), isType: false })),
    );

  it('keep to the rings', () => {
    expect(bundled.length).toBeGreaterThan(100);
    expect(faultsOf(bundled.filter(({ from }) => !from.startsWith('infra/')))).toEqual([]);
  });

  it('take nothing of infra or test into a function, but the substitutes of packages', () => {
    const foreign = Object.keys(inputs).filter((file) => /^(infra|test)\//.test(file));
    expect(foreign.filter((file) => !file.startsWith('infra/substitutes/'))).toEqual([]);
  });

  const receivers = functionNames().filter((name) => name.startsWith('receive-'));

  it.each(receivers)('leave stores, actions, providers and their packages out of %s', (name) => {
    const [, output] = Object.entries(outputs).find(([file]) => file.includes(`/${name}/`)) ?? [];
    const files = Object.keys(output?.inputs ?? {});
    expect(files).toContain(`functions/${name}/handler.ts`);
    const heavy =
      /^shared\/(store|actions|providers)\/|node_modules\/(@aws-sdk\/(client-dynamodb|lib-dynamodb|client-kms)|google-auth-library|gaxios|@azure\/)/;
    expect(files.filter((file) => heavy.test(file))).toEqual([]);
  });
});

describe('the check itself', () => {
  const faults = (from: string, source: string) => faultsOf(parseImports(from, source));

  it.each([
    ['shared/domain/a.ts', "import { b } from '../store/b.ts';"],
    ['shared/domain/a.ts', "import type { B } from '../platform/b.ts';"],
    ['shared/domain/a.ts', "import { SQSClient } from '@aws-sdk/client-sqs';"],
    ['shared/store/a.ts', "import {\n  type A,\n  b,\n} from '../actions/b.ts';"],
    ['shared/http/a.ts', "import { type A, b } from '../actions/b.ts';"],
    ['shared/actions/a.ts', "import '../http/b.ts';"],
    ['shared/actions/a.ts', "const b = await import('../http/b.ts');"],
    ['shared/platform/a.ts', "export * from '../../functions/b/b.ts';"],
    ['functions/a/a.ts', "import { b } from '../b/b.ts';"],
    ['functions/a/a.ts', "import { b } from '../../infra/local/b.ts';"],
  ])('refuses in %s: %s', (from, source) => {
    expect(faults(from, source)).toHaveLength(1);
  });

  it.each([
    ['shared/http/a.ts', "import type { B } from '../actions/b.ts';"],
    ['shared/http/a.ts', "import {\n  type A,\n  type B,\n} from '../store/b.ts';"],
    ['shared/actions/a.ts', "import { b } from '../store/b.ts';"],
    ['shared/domain/a.ts', "import * as z from 'zod';\nimport { b } from './b.ts';"],
    ['functions/a/handler.ts', "import { a } from './a.ts';"],
  ])('lets pass in %s: %s', (from, source) => {
    expect(faults(from, source)).toEqual([]);
  });
});
