import { runLocal } from './run-local.ts';
import { seedProject } from './seed-project.ts';

await runLocal({ seed: seedProject });
