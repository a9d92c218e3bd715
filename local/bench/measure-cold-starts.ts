import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { functionNames } from '../../infra/bundle.ts';
import { synthesize } from '../synthesize.ts';

/** CPU of a process that does nothing but load a function. */
export interface ColdStartFigures {
  function: string;
  cpu_ms: number;
  /** As many times the CPU of a process that loads a handler without any code. */
  times_empty: number;
}

/** Runs of each function; their median counts. */
const runs = 9;

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Properties: z
        .object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).optional() })
        .optional(),
      Metadata: z.object({ 'kalends:function': z.string().optional() }).optional(),
    }),
  ),
});

/** Reads the variables of each function from the template. A reference to a resource is any text. */
async function readVariables(assembly: string): Promise<Map<string, Record<string, string>>> {
  const file = (await readdir(assembly)).find((name) => name.endsWith('.template.json')) ?? '';
  const { Resources } = templateSchema.parse(JSON.parse(await readFile(join(assembly, file), 'utf8')));
  return new Map(
    Object.values(Resources).flatMap(({ Properties, Metadata }) => {
      const variables = Object.entries(Properties?.Environment?.Variables ?? {});
      const name = Metadata?.['kalends:function'];
      const texts = variables.map(([key, value]) => [key, typeof value === 'string' ? value : 'reference'] as const);
      return name === undefined ? [] : [[name, Object.fromEntries(texts)] as const];
    }),
  );
}

const lambdaVariables = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
  TZ: ':UTC',
};

/** Milliseconds of user and system time of a fresh process that loads a module. */
function measureLoad(module: string, variables: Record<string, string>): number {
  const script = `await import(${JSON.stringify(pathToFileURL(module).href)});
    const { user, system } = process.cpuUsage();
    process.stdout.write(String(user + system), () => process.exit(0));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...lambdaVariables, ...variables },
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(`${module} cannot be loaded:\n${stderr}`);
  return Number(stdout) / 1000;
}

const medianOf = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/**
 * Measures the bundles as they are deployed. The functions take turns, so that other work on the machine disturbs all of
 * them alike.
 */
export async function measureColdStarts(): Promise<ColdStartFigures[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kalends-cold-starts-'));
  try {
    await synthesize(folder, { allowLoopbackWebhooks: true }, new AbortController().signal);
    await writeFile(join(folder, 'empty.mjs'), 'export const handler = async () => ({});');
    const variables = await readVariables(folder);
    const modules = functionNames().map((name) => ({
      name,
      load: () => measureLoad(join(folder, 'functions', name, 'index.mjs'), variables.get(name) ?? {}),
    }));
    const empty: number[] = [];
    const measured = new Map<string, number[]>(modules.map(({ name }) => [name, []]));
    for (let run = 0; run < runs; run += 1) {
      empty.push(measureLoad(join(folder, 'empty.mjs'), {}));
      for (const { name, load } of modules) measured.get(name)?.push(load());
    }
    const base = medianOf(empty);
    return [...measured].map(([name, times]) => ({
      function: name,
      cpu_ms: medianOf(times),
      times_empty: medianOf(times) / base,
    }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
