import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type WatchedSource, watchFunctions } from '../../../local/watch-functions.ts';

/** For a machine that is busy with other things. */
const patience = { timeout: 20_000 };

let root: string;
let source: WatchedSource;
let lines: string[];
/** Text of the bundle that replaced a function's last one. */
let running: Record<string, string>;
let endWatch: () => Promise<void>;

const write = (file: string, text: string): Promise<void> => writeFile(join(root, file), text);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kalends-watch-'));
  for (const folder of ['functions/greet', 'functions/count', 'shared', 'infra', 'cdk.out']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await write('shared/greeting.ts', "export const greeting = 'hello';");
  await write('shared/shape.ts', "export const shape = 'round';");
  await write(
    'functions/greet/handler.ts',
    "import { greeting } from '../../shared/greeting.ts'; console.log(greeting);",
  );
  await write('functions/count/handler.ts', "console.log('one');");
  await write('infra/bin.ts', "import { shape } from '../shared/shape.ts'; console.log(shape);");
  source = {
    root,
    functionBuilds: (outdir) =>
      ['count', 'greet'].map((name) => ({
        absWorkingDir: root,
        entryPoints: [{ in: `functions/${name}/handler.ts`, out: `${name}/index` }],
        outdir,
        outExtension: { '.js': '.mjs' },
        bundle: true,
        format: 'esm',
        splitting: true,
        chunkNames: `${name}/[name]-[hash]`,
      })),
  };
  for (const one of source.functionBuilds(join(root, 'cdk.out/functions'))) await build({ ...one, logLevel: 'silent' });
  lines = [];
  running = {};
  const stack = {
    assemblyDirectory: join(root, 'cdk.out'),
    replaceBundle: (name: string, directory: string) => {
      void readFile(join(directory, 'index.mjs'), 'utf8').then((text) => Object.assign(running, { [name]: text }));
    },
  };
  endWatch = watchFunctions(stack, (line) => lines.push(line), source);
});

afterEach(async () => {
  await endWatch();
  await rm(root, { recursive: true, force: true });
});

it('replaces the bundles that a changed shared file is part of, and no other', async () => {
  await write('shared/greeting.ts', "export const greeting = 'good morning';");
  await expect.poll(() => running['greet'], patience).toContain('good morning');
  expect(Object.keys(running)).toEqual(['greet']);
  expect(lines).toEqual([expect.stringMatching(/^shared\/greeting\.ts rebundled in \d+ ms: now running greet$/)]);
});

it('keeps the last bundle while a file is broken, and replaces it once the file is repaired', async () => {
  await write('functions/count/handler.ts', "console.log('two';");
  await expect.poll(() => lines, patience).toHaveLength(1);
  expect(lines[0]).toMatch(/^bundling failed, .*: functions\/count\/handler\.ts:1:18 Expected "\)"/);
  expect(running).toEqual({});
  await write('functions/count/handler.ts', "console.log('two');");
  await expect.poll(() => running['count'], patience).toContain('two');
});

it('prints that no function changed when the bundles stay the same', async () => {
  await write('shared/greeting.ts', "// A comment.\nexport const greeting = 'hello';");
  await expect.poll(() => lines, patience).toEqual([expect.stringMatching(/no function changed$/)]);
  expect(running).toEqual({});
});

it.each(['infra/bin.ts', 'shared/shape.ts', 'functions/greet/env.ts'])(
  'prints that a restart is needed when %s changes, because the template depends on it',
  async (file) => {
    await write(file, "export const shape = 'square';");
    await expect
      .poll(() => lines[0], patience)
      .toBe(`${file}: the template depends on this, restart to apply the change`);
  },
);

it('prints that a restart is needed when a function is added', async () => {
  await mkdir(join(root, 'functions/new'));
  await write('functions/new/handler.ts', 'console.log();');
  await expect.poll(() => lines[0], patience).toMatch(/^functions\/new\/handler\.ts: .*restart/);
  expect(lines).toHaveLength(1);
});
