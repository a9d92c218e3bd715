import type { LocalStack } from '../../infra/local/start-local.ts';

/** Waits until a condition holds. @throws after `limitMs` */
export async function waitUntil(holds: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('what was waited for did not come');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until no function runs and no message waits. */
export const settleStack = (local: LocalStack): Promise<void> => waitUntil(async () => (await local.state()).idle);
