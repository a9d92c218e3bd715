import { describe, expect, it } from 'vitest';
import {
  isExplained,
  isLookDue,
  type Looks,
  nextLooks,
  noLooks,
  type SeenReading,
} from '../../../shared/sync/looks.ts';
import { at, day, hour, minute, now, second } from './sync-fixtures.ts';

const read = (looks: Looks, afterMs: number, more: Partial<SeenReading> = {}): Looks =>
  nextLooks(looks, {
    trigger: 'push',
    isFirst: false,
    isChange: false,
    sentAt: now + afterMs,
    now: now + afterMs,
    ...more,
  });
const look = (looks: Looks, afterMs: number, isChange = false): Looks =>
  read(looks, afterMs, { trigger: 'schedule', isChange });

/** Makes every look that is asked for, without finding anything. @returns when they came, after the push */
function lookOn(looks: Looks): { times: number[]; after: Looks } {
  const times: number[] = [];
  let after = looks;
  while (after.next_at !== undefined) {
    const time = Date.parse(after.next_at) - now;
    times.push(time);
    after = look(after, time);
  }
  return { times, after };
}

describe('A push that brought nothing', () => {
  it('is looked at again after 15 s, two minutes and a quarter of an hour', () => {
    expect(lookOn(read(noLooks, 0)).times).toEqual([15 * second, 2 * minute, 15 * minute]);
  });

  it('is looked at no more after the first change, whatever brought it', () => {
    const found = look(read(noLooks, 0), 15 * second, true);
    expect(found).toEqual({ made: 0, changed_at: at(15 * second) });
    expect(read(read(noLooks, 0), 5 * second, { isChange: true })).toMatchObject({
      made: 0,
      changed_at: at(5 * second),
    });
  });

  it('is not looked at again within a minute of a change: it is a duplicate', () => {
    const changed = read(noLooks, 0, { isChange: true });
    expect(read(changed, 59 * second)).toEqual(changed);
    expect(read(changed, 61 * second).next_at).toBe(at(76 * second));
  });

  it('is looked at again after the first listing, which no push was about', () => {
    const listed = read(noLooks, 0, { trigger: 'create', isFirst: true, isChange: true });
    expect(read(listed, second).next_at).toBe(at(16 * second));
  });

  it('costs nothing more when it comes again while it is looked after', () => {
    const asked = read(noLooks, 0);
    expect(read(asked, 5 * second)).toEqual(asked);
  });

  it('is the one looked after from then on, when it comes later than the one before it', () => {
    const asked = read(read(noLooks, 0), 5 * minute);
    expect(asked).toMatchObject({ asked_at: at(5 * minute), next_at: at(5 * minute + 15 * second) });
  });

  it('is not noticed by a listing or a timer, which nobody pushed', () => {
    expect(read(noLooks, 0, { trigger: 'schedule' })).toEqual(noLooks);
    expect(read(noLooks, 0, { trigger: 'manual' })).toEqual(noLooks);
  });
});

describe('The looks of a calendar', () => {
  it('are less than ten a day, however many pushes bring nothing', () => {
    let looks: Looks = noLooks;
    let made = 0;
    for (let time = 0; time < 3 * day; time += 20 * minute) {
      const asked = read(looks, time);
      const chain: Looks[] = [asked];
      for (let last = asked; last.next_at !== undefined; last = chain.at(-1) ?? noLooks) {
        made += 1;
        chain.push(look(last, Date.parse(last.next_at) - now));
      }
      looks = chain.at(-1) ?? noLooks;
    }
    expect(made).toBeGreaterThan(9);
    expect(made).toBeLessThanOrEqual(3 * 6);
  });

  it('are all there again after one that found something', () => {
    const spent = { made: 2, asked_at: at(0), next_at: at(minute), spent: { looks: 3, at: at(0) } };
    const found = look(spent, minute, true);
    expect(lookOn(read(found, hour)).times).toHaveLength(3);
  });

  it('are due a little early, as clocks differ', () => {
    const asked = read(noLooks, 0);
    expect(isLookDue(asked, now + 14 * second)).toBe(true);
    expect(isLookDue(asked, now + 10 * second)).toBe(false);
    expect(isLookDue(noLooks, now + day)).toBe(false);
  });
});

describe('A change that comes late', () => {
  const asked = read(noLooks, 0);

  it('is explained by a push that brought nothing, unless it is younger', () => {
    expect(isExplained(asked, at(-minute))).toBe(true);
    expect(isExplained(asked, null)).toBe(true);
    expect(isExplained(asked, at(minute))).toBe(false);
    expect(isExplained(noLooks, null)).toBe(false);
  });
});
