import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleFunctions, functionNames } from '../../infra/bundle.ts';
import { findCircles } from '../support/find-circles.ts';

const root = join(import.meta.dirname, '../..');

/** Shared folders that every capability may use and that know no capability. */
const kit = new Set(['http', 'store', 'platform']);

/** Files of a capability that may touch the world: DynamoDB, SQS, EventBridge, the HTTP kit. */
const touchesWorld = /(?:-store|-row|-queue|-bus|\.api)\.ts$/;

/** Files of the store kit without a client in them, which every file may use. */
const pureStore = /^shared\/store\/(?:page|page-in-memory|table-schema|stored-values)\.ts$/;

interface Import {
  from: string;
  to: string;
  isType: boolean;
}

const statement =
  /^(?:import|export)\s+(?<type>type\s)?(?<names>[^;'"]*?)\s*from\s*'(?<from>[^']+)'|^import\s*'(?<bare>[^']+)'|\bimport\('(?<called>[^']+)'\)/gm;

/** Imports of a source file, types included. Packages keep their names; files are named from the repository's root. */
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

const folderOf = (path: string): string => path.split('/')[1] ?? '';
const isShared = (path: string): boolean => path.startsWith('shared/');
const isRuntimePackage = (to: string): boolean => /^(@aws-sdk|@smithy|@middy)\//.test(to);

/** Why an import breaks a rule; null when it breaks none. */
function faultOf({ from, to, isType }: Import): string | null {
  if (to.startsWith('functions/') && !from.startsWith('test/') && dirname(from) !== dirname(to)) {
    return isType && from.startsWith('infra/') && to.endsWith('/env.ts') ? null : 'functions are imported by no file';
  }
  if (from.startsWith('local/runner/') && /^(?!local\/runner\/)(shared|functions|infra|local|test)\//.test(to)) {
    return 'the runner knows nothing of Kalends';
  }
  if (from.startsWith('infra/') && to.startsWith('local/')) return 'infrastructure does not know local mode';
  if (!isShared(from)) return null;
  if (/^(infra|local|test)\//.test(to)) return 'shared code knows only shared code';
  if (kit.has(folderOf(from))) {
    return isShared(to) && !kit.has(folderOf(to)) ? 'the kit knows no capability' : null;
  }
  if (touchesWorld.test(from)) return null;
  if (isRuntimePackage(to) && !isType) return 'only *-store, *-row, *-queue, *-bus and *.api files touch an SDK';
  if (to.startsWith('shared/http/')) return 'only *.api files touch the HTTP kit';
  if (to.startsWith('shared/store/') && !isType && !pureStore.test(to))
    return 'only *-store and *-row files read and write rows';
  return null;
}

const sources = ['shared', 'functions', 'infra', 'local']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
const imports = sources.flatMap((file) => parseImports(file, readFileSync(join(root, file), 'utf8')));

describe('imports in the sources', () => {
  it('break no rule', () => {
    expect(imports.length).toBeGreaterThan(sources.length);
    const faults = imports.flatMap((one) => {
      const fault = faultOf(one);
      return fault === null ? [] : `${one.from} → ${one.to}: ${fault}`;
    });
    expect(faults).toEqual([]);
  });

  it('make no circle of files, types included', () => {
    const files = new Set(sources);
    expect(findCircles(imports.filter(({ to }) => files.has(to)))).toEqual([]);
  });
});

const { inputs, outputs } = await bundleFunctions(mkdtempSync(join(tmpdir(), 'kalends-bundles-')));

describe('imports in the bundles', () => {
  it('take nothing of infra, local or test into a function, except the substitutes of packages', () => {
    const foreign = Object.keys(inputs).filter((file) => /^(infra|local|test)\//.test(file));
    expect(foreign.filter((file) => !file.startsWith('infra/substitutes/'))).toEqual([]);
  });

  const receivers = functionNames().filter((name) => name.startsWith('receive-'));

  it.each(receivers)('load neither stores nor provider SDKs into %s', (name) => {
    const [, output] = Object.entries(outputs).find(([file]) => file.includes(`/${name}/`)) ?? [];
    const files = Object.keys(output?.inputs ?? {});
    expect(files).toContain(`functions/${name}/handler.ts`);
    const heavy =
      /^shared\/(store|providers)\/|-(store|row)\.ts$|node_modules\/(@aws-sdk\/(client-dynamodb|lib-dynamodb|client-kms)|google-auth-library|gaxios|@azure\/)/;
    expect(files.filter((file) => heavy.test(file))).toEqual([]);
  });
});

describe('the check itself', () => {
  const faults = (from: string, source: string) =>
    parseImports(from, source).filter((one) => faultOf(one) !== null).length;

  it.each([
    ['shared/sync/a.ts', "import { SQSClient } from '@aws-sdk/client-sqs';"],
    ['shared/sync/a.ts', "import { b } from '../http/b.ts';"],
    ['shared/sync/a.ts', "import type { B } from '../http/b.ts';"],
    ['shared/sync/a.ts', "import {\n  type A,\n  b,\n} from '../store/b.ts';"],
    ['shared/sync/a.ts', "const b = await import('../../local/b.ts');"],
    ['shared/store/a.ts', "import { b } from '../sync/b.ts';"],
    ['shared/http/a.ts', "import type { B } from '../bots/b.ts';"],
    ['shared/platform/a.ts', "export * from '../../functions/b/b.ts';"],
    ['functions/a/handler.ts', "import { b } from '../b/env.ts';"],
    ['infra/cli/a.ts', "import { b } from '../../local/runner/b.ts';"],
    ['local/runner/a.ts', "import type { B } from '../../shared/platform/b.ts';"],
    ['local/runner/a.ts', "import { b } from '../settings.ts';"],
  ])('refuses in %s: %s', (from, source) => {
    expect(faults(from, source)).toBe(1);
  });

  it.each([
    ['shared/sync/a.ts', "import type { Table } from '../store/table.ts';"],
    ['shared/sync/a.ts', "import * as z from 'zod';\nimport { b } from './b-store.ts';"],
    ['shared/sync/a-store.ts', "import { b } from '../store/b.ts';"],
    ['shared/sync/a-queue.ts', "import { SQSClient } from '@aws-sdk/client-sqs';"],
    ['shared/sync/a.api.ts', "import { b } from '../http/b.ts';"],
    ['infra/a.ts', "import type { Env } from '../functions/a/env.ts';"],
    ['functions/a/handler.ts', "import { variables } from './env.ts';"],
  ])('accepts in %s: %s', (from, source) => {
    expect(faults(from, source)).toBe(0);
  });

  it('finds a circle, and no circle where there is none', () => {
    const edges = (...pairs: string[]) => pairs.map((pair) => ({ from: pair.charAt(0), to: pair.charAt(1) }));
    expect(findCircles(edges('ab', 'bc', 'ca', 'cd'))).toEqual([['a', 'b', 'c']]);
    expect(findCircles(edges('ab', 'bc', 'ac'))).toEqual([]);
  });
});
