import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Keeps Node's compiled form of what is imported from now on: compiling it takes a third of the CPU of a start. */
export const keepCompiledCode = (): void => {
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/kalends-local', import.meta.url)));
};
