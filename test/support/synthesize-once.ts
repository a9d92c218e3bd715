import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../local/synthesize.ts';
import { oncePerRun } from './once-per-run.ts';
import { placeholderSettings } from './reuse-synthesis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the stack as it was synthesized once for the whole test run. */
    synthesizedStack: string;
  }
}

/** Synthesizes the stack once for all files, since that takes three seconds. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { value, close } = await oncePerRun('synthesis', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kalends-tests-'));
    await synthesize(folder, placeholderSettings, new AbortController().signal);
    return { value: folder, close: () => rm(folder, { recursive: true, force: true }) };
  });
  project.provide('synthesizedStack', value);
  return close;
}
