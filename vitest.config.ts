import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    exclude: ['node_modules/**', 'cdk.out/**'],
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/synthesize-once.ts', 'test/support/start-dynamodb-once.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
