import { expect, it } from 'vitest';
import { AppError } from '../../../shared/platform/app-error.ts';
import { lostRace, retryLostRace } from '../../../shared/platform/retry-lost-race.ts';

it('an update that lost a race is attempted again until it wins', async () => {
  const attempts: number[] = [];
  const result = await retryLostRace(async (number) => {
    attempts.push(number);
    return number < 3 ? lostRace : 'stored';
  });
  expect(result).toBe('stored');
  expect(attempts).toEqual([1, 2, 3]);
});

it('an update that loses every race ends as a conflict', async () => {
  let attempts = 0;
  const losing = retryLostRace(
    async () => {
      attempts += 1;
      return lostRace;
    },
    { attempts: 4 },
  );
  await expect(losing).rejects.toSatisfy((error) => error instanceof AppError && error.code === 'conflict');
  expect(attempts).toBe(4);
});

it('an update that fails for another reason is not attempted again', async () => {
  let attempts = 0;
  const failing = retryLostRace(async () => {
    attempts += 1;
    throw new Error('network');
  });
  await expect(failing).rejects.toThrow('network');
  expect(attempts).toBe(1);
});
