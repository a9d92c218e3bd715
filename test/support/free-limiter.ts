import { expect } from 'vitest';
import type { ProjectLimiter } from '../../shared/projects/limit-project.ts';

/** Refuses nothing, and costs no request. */
export const freeLimiter: ProjectLimiter = {
  throttle: () => Promise.resolve(),
  use: () => Promise.resolve(),
  limitOf: () => Promise.resolve(Number.MAX_SAFE_INTEGER),
  refuse: () => expect.fail('there is no limit'),
};
