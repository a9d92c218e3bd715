import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { bundleFunctions, functionNames } from '../../../infra/bundle.ts';

/**
 * Limits in kB of what a function reads and compiles at a cold start: its `index.mjs` and the chunks that it imports
 * statically. When one is exceeded, the test prints the largest modules in it (decision 0014).
 */
const limits: Record<string, number> = {
  'api-accounts': 350,
  'api-bot-rules': 350,
  'api-bots': 350,
  'api-calendar-events': 350,
  'api-calendars': 350,
  'api-connect': 350,
  'api-organizations': 350,
  'api-service': 350,
  'api-webhooks': 350,
  'connect-page': 350,
  'decide-bots': 350,
  'follow-accounts': 375,
  'deliver-webhook': 350,
  'dispatch-due': 350,
  'fan-out-notification': 350,
  'follow-attendee': 350,
  'hand-off-bot': 350,
  'receive-google-push': 20,
  'receive-microsoft-push': 20,
  'serve-docs': 10,
  'sync-calendar': 480,
};

const { inputs, outputs } = await bundleFunctions(mkdtempSync(join(tmpdir(), 'kalends-bundles-')));

type Kind = Metafile['outputs'][string]['imports'][number]['kind'];

/** Files that an output loads by imports of these kinds, itself included. */
function loadedBy(entry: string, kinds: readonly Kind[]): Set<string> {
  const loaded = new Set([entry]);
  for (const file of loaded) {
    for (const { path, kind } of outputs[file]?.imports ?? []) {
      if (path in outputs && kinds.includes(kind)) loaded.add(path);
    }
  }
  return loaded;
}

const entryOf = (name: string): string =>
  Object.keys(outputs).find((file) => file.endsWith(`/${name}/index.mjs`)) ?? `no bundle of ${name}`;
const modulesIn = (files: Iterable<string>): string[] =>
  [...files].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
const atStart = (name: string): Set<string> => loadedBy(entryOf(name), ['import-statement']);
const atAnyTime = (name: string): Set<string> => loadedBy(entryOf(name), ['import-statement', 'dynamic-import']);

const listLargest = (files: string[]): string =>
  files
    .flatMap((file) => Object.entries(outputs[file]?.inputs ?? {}))
    .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    .slice(0, 15)
    .map(([module, { bytesInOutput }]) => `${bytesInOutput} ${module}`)
    .join('\n');

const names = functionNames();

describe('bundles', () => {
  it('exist for every function, each in its own folder', () => {
    expect(Object.keys(limits).sort()).toEqual(names);
    for (const name of names) {
      for (const file of atAnyTime(name)) expect(file).toContain(`/${name}/`);
    }
  });

  it.each(names)('of %s are below the limit at a cold start', (name) => {
    const files = [...atStart(name)];
    const bytes = files.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
    const excess =
      bytes > 1000 * (limits[name] ?? 0) ? `${bytes} bytes, the most of them in\n${listLargest(files)}` : '';
    expect(excess).toBe('');
  });

  const packagesOfProviders = /node_modules\/(google-auth-library|gaxios|@azure\/msal-\w+)\//;

  it.each([
    [
      'the credential chain and other parts that no function needs',
      names,
      /node_modules\/(@aws-sdk\/(credential-provider|nested-clients|endpoint-cache)|node-fetch|bowser|mnemonist)/,
    ],
    ['clients of the SDK other than that of DynamoDB', names, /node_modules\/@aws-sdk\/client-(?!dynamodb)/],
    ['any package into the receivers of pushes', names.filter((name) => name.startsWith('receive-')), /node_modules/],
  ])('never contain %s', (_what, functions, forbidden) => {
    const found = functions.flatMap((name) => modulesIn(atAnyTime(name)).filter((module) => forbidden.test(module)));
    expect(found).toEqual([]);
  });

  it.each(names)('of %s load at the start no library of a provider, no OpenAPI document and no JSON Schema', (name) => {
    const heavy = modulesIn(atStart(name)).filter(
      (module) =>
        packagesOfProviders.test(module) ||
        /openapi\.api|-(documents|components|examples)\.api|zod\/v4\/core\/to-json-schema/.test(module),
    );
    expect(heavy.filter((module) => name !== 'api-service' || !module.includes('zod'))).toEqual([]);
  });

  it('of the sync load the library of one provider without that of the other', () => {
    const tokens = [...atAnyTime('sync-calendar')].filter((file) => /(google|microsoft)-token-\w+\.mjs$/.test(file));
    expect(tokens).toHaveLength(2);
    for (const token of tokens) {
      const own = token.includes('google') ? 'google' : 'microsoft';
      const loaded = modulesIn(loadedBy(token, ['import-statement'])).filter((module) =>
        packagesOfProviders.test(module),
      );
      expect(loaded.length).toBeGreaterThan(0);
      expect(loaded.filter((module) => module.includes('@azure') !== (own === 'microsoft'))).toEqual([]);
    }
  });

  it('are split where own code is loaded later', () => {
    const unsplit = names.filter((name) => atAnyTime(name).size === 1);
    const late = unsplit.flatMap((name) =>
      modulesIn([entryOf(name)])
        .filter((module) => module.startsWith('shared/'))
        .flatMap((module) => inputs[module]?.imports ?? [])
        .filter(({ kind }) => kind === 'dynamic-import')
        .map(({ path }) => `${name}: ${path}`),
    );
    expect(late).toEqual([]);
  });
});
