import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepSynthesis, type SynthSettings } from '../../../local/keep-synthesis.ts';

let root: string;
let made: number;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kalends-keep-'));
  await mkdir(join(root, 'source/deep'), { recursive: true });
  await writeFile(join(root, 'source/deep/a.ts'), 'one');
  made = 0;
});
afterEach(() => rm(root, { recursive: true, force: true }));

let runs = 0;
async function synthesize(settings: SynthSettings = {}, more: string[] = [], fails = false): Promise<string> {
  const outdir = join(root, `out-${(runs += 1)}`);
  await keepSynthesis(
    join(root, 'kept'),
    { root, sources: ['source'], more },
    { outdir, settings },
    async (folder, given) => {
      made += 1;
      await mkdir(join(folder, 'asset.1'));
      await writeFile(join(folder, 'asset.1/index.mjs'), 'code');
      await writeFile(join(folder, 'Stack.template.json'), JSON.stringify({ made, given }));
      if (fails) throw new Error('the app has failed');
    },
  );
  return outdir;
}
const templateOf = async (outdir: string) => JSON.parse(await readFile(join(outdir, 'Stack.template.json'), 'utf8'));

it('a stack of the same sources and settings is made once, and copied with its assets', async () => {
  for (const outdir of [await synthesize({ a: 'x' }), await synthesize({ a: 'x' })]) {
    expect(await templateOf(outdir)).toEqual({ made: 1, given: { a: 'x' } });
    expect(await readFile(join(outdir, 'asset.1/index.mjs'), 'utf8')).toBe('code');
  }
});

it.each<[string, () => Promise<unknown>]>([
  ['a source has changed', () => writeFile(join(root, 'source/deep/a.ts'), 'two')],
  ['a source was added', () => writeFile(join(root, 'source/b.ts'), '')],
  ['a source was removed', () => rm(join(root, 'source/deep/a.ts'))],
])('a stack is made again when %s', async (_what, change) => {
  await synthesize();
  await change();
  await synthesize();
  expect(made).toBe(2);
});

it('a stack is made again with another setting, and with another version of Node', async () => {
  await synthesize({ a: true }, ['v24']);
  await synthesize({ a: false }, ['v24']);
  await synthesize({ a: true }, ['v25']);
  expect(made).toBe(3);
});

it('loopback addresses may differ, and each stack has its own', async () => {
  const addressed = async (port: number) =>
    (await templateOf(await synthesize({ api: `http://127.0.0.1:${port}`, other: 'https://example.com' }))).given;
  expect(await addressed(4001)).toEqual({ api: 'http://127.0.0.1:4001', other: 'https://example.com' });
  expect(await addressed(4002)).toEqual({ api: 'http://127.0.0.1:4002', other: 'https://example.com' });
  expect(made).toBe(1);
});

it('a failed synthesis is not kept', async () => {
  await expect(synthesize({}, [], true)).rejects.toThrow('the app has failed');
  expect(await readdir(join(root, 'kept'))).toEqual([]);
  expect((await templateOf(await synthesize())).made).toBe(2);
});

it('the stacks that were used last are kept', async () => {
  for (let index = 0; index < 9; index += 1) await synthesize({ a: String(index) });
  expect(await readdir(join(root, 'kept'))).toHaveLength(6);
  await synthesize({ a: '8' });
  expect(made).toBe(9);
});
