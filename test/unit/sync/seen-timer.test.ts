import { describe, expect, it } from 'vitest';
import { type SeenTimer, seenTimer, seeTimer, withSeenTimer } from '../../../shared/sync/seen-timer.ts';
import { at, hour, minute } from './sync-fixtures.ts';

/** A run that loaded a timer due in an hour, while others have set it to another time. */
const timerSetTo = (others: ReturnType<typeof at>): SeenTimer => {
  const timer = seenTimer({ due_at: at(hour) });
  seeTimer(timer, 7, { version: 7, due_at: others });
  return timer;
};
const stored = (decided: ReturnType<typeof at> | undefined, timer: SeenTimer) =>
  withSeenTimer({ due_at: decided }, timer).due_at;

describe('The timer that a run stores', () => {
  it('is what the run has decided while nobody else sets it', () => {
    expect(stored(at(2 * hour), seenTimer({ due_at: at(hour) }))).toBe(at(2 * hour));
    expect(stored(undefined, seenTimer({ due_at: at(hour) }))).toBeUndefined();
  });

  it('is what others have set meanwhile, if that comes earlier', () => {
    expect(stored(at(2 * hour), timerSetTo(at(minute)))).toBe(at(minute));
    expect(stored(at(2 * hour), timerSetTo(at(3 * hour)))).toBe(at(2 * hour));
  });

  it('is what others have set, where the run decides nothing or ends the timer', () => {
    expect(stored(at(hour), timerSetTo(at(3 * hour)))).toBe(at(3 * hour));
    expect(stored(undefined, timerSetTo(at(minute)))).toBe(at(minute));
  });

  it('is not the cause of a refused write when the version differs', () => {
    const timer = seenTimer({ due_at: at(hour) });
    expect(seeTimer(timer, 7, { version: 8, due_at: at(minute) })).toBe(false);
    expect(stored(at(2 * hour), timer)).toBe(at(2 * hour));
  });
});
