import type { Reporter } from 'vitest/node';

/**
 * Ends a run with one plain line, `12 passed, 0 failed`: for programs that read the output and do not know vitest's own
 * summary, whose counts are spread over lines and colored.
 */
export const closingLine: Reporter = {
  onTestRunEnd: (modules) => {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const { children } of modules) for (const test of children.allTests()) counts[test.result().state] += 1;
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  },
};
