import { defineConfig } from 'vitest/config';
import { closingLine } from './test/support/closing-line.ts';

const common = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  exclude: ['node_modules/**', 'cdk.out/**'],
  setupFiles: ['test/support/draw-cases.ts'],
  // The CDK's own checks of a template take 3.5 s of CPU. `.ci/run` makes them with `npm run synth`.
  env: { CDK_VALIDATION: 'false' },
};
/** Synthesizes the stack and starts DynamoDB Local, once per run. */
const engines = ['test/support/synthesize-once.ts', 'test/support/start-dynamodb-once.ts'];
/** Files share a worker and what they import: unit tests change nothing that another file could see. */
const shared = { pool: 'threads', isolate: false, maxWorkers: 2, sequence: { groupOrder: 0 } } as const;
/**
 * Tests with engines wait half of their time: three files at once use two processors well. Files in a worker share what they
 * import, which saves a second of CPU for each. DynamoDB Local is shared by all; each file starts a separate stack and table.
 */
const waiting = { isolate: false, maxWorkers: 3, sequence: { groupOrder: 1 } } as const;

/**
 * `unit` needs nothing and takes seconds. `engine` runs stores and actions against DynamoDB Local and fauxqs, `stack` the
 * synthesized template in local mode, `campaigns` long random walks.
 */
export default defineConfig({
  test: {
    reporters: ['default', closingLine],
    projects: [
      { test: { ...common, ...shared, name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { test: { ...common, ...waiting, name: 'engine', include: ['test/engine/**/*.test.ts'], globalSetup: engines } },
      { test: { ...common, ...waiting, name: 'stack', include: ['test/stack/**/*.test.ts'], globalSetup: engines } },
      {
        test: {
          ...common,
          ...waiting,
          name: 'campaigns',
          include: ['test/campaigns/**/*.test.ts'],
          globalSetup: engines,
        },
      },
    ],
  },
});
