import { keepCompiledCode } from './keep-compiled-code.ts';

keepCompiledCode();
const { runLocal } = await import('./run-local.ts');
const { seedProject } = await import('./seed-project.ts');
const { watchFunctions } = await import('./watch-functions.ts');

await runLocal({ seed: seedProject, watch: watchFunctions });
