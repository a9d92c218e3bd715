import { runLocal } from './run-local.ts';
import { seedProject } from './seed-project.ts';
import { watchFunctions } from './watch-functions.ts';

await runLocal({ seed: seedProject, watch: watchFunctions });
