import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../local/runner/answer-control.ts';
import { createClock } from '../../../local/runner/create-clock.ts';
import { shiftDate } from '../../../local/runner/shift-date.ts';
import { toSqsRecord } from '../../../local/runner/to-sqs-record.ts';

const HOUR = 3_600_000;

const shiftedDate = (offset: number): DateConstructor => {
  // A realm's own Date stays untouched: the subclass stands for it.
  const target = { Date: class extends Date {} as unknown as DateConstructor };
  shiftDate(target, () => offset);
  return target.Date;
};

describe('the shared clock', () => {
  it('is the real time plus every advance, and tells each moment by the offset it had then', () => {
    const steps = fc.array(fc.record({ wait: fc.nat(1e9), advance: fc.nat(1e9) }), { maxLength: 20 });
    fc.assert(
      fc.property(steps, (list) => {
        let real = 1_000;
        const clock = createClock(0, () => real);
        const seen: [real: number, local: number][] = [];
        for (const { wait, advance } of list) {
          real += wait + 1;
          seen.push([real, clock.now()]);
          real += 1;
          const before = clock.now();
          clock.advance(advance);
          expect(clock.now()).toBe(before + advance);
        }
        for (const [at, local] of seen) expect(clock.localTimeAt(at)).toBe(local);
      }),
    );
  });

  it('does not make a message look younger that was sent before a jump', () => {
    let real = 1_000;
    const clock = createClock(0, () => real);
    real = 2_000;
    clock.advance(HOUR);
    const attributes = { SentTimestamp: '1500', ApproximateFirstReceiveTimestamp: '2500' };
    const record = toSqsRecord({ MessageId: 'm', Attributes: attributes }, 'arn', clock);
    expect(record.attributes.SentTimestamp).toBe('1500');
    expect(record.attributes.ApproximateFirstReceiveTimestamp).toBe(String(2_500 + HOUR));
  });
});

describe('the shifted Date', () => {
  it('moves now in every spelling and nothing else', () => {
    const ShiftedDate = shiftedDate(25 * HOUR);
    const soon = Date.now() + 25 * HOUR;
    for (const now of [ShiftedDate.now(), new ShiftedDate().getTime(), new Date(ShiftedDate()).getTime() + 999]) {
      expect(now).toBeGreaterThanOrEqual(soon - 1);
      expect(now).toBeLessThan(soon + 5_000);
    }
    expect(new ShiftedDate(0).getTime()).toBe(0);
    expect(new ShiftedDate('2026-01-02T03:04:05Z').toISOString()).toBe('2026-01-02T03:04:05.000Z');
    expect(new ShiftedDate(2026, 0, 1).getFullYear()).toBe(2026);
    expect(ShiftedDate.UTC(1970, 0, 1)).toBe(0);
    expect(new ShiftedDate()).toBeInstanceOf(ShiftedDate);
  });

  it('reaches subclasses and instances of it', () => {
    const ShiftedDate = shiftedDate(HOUR);
    class Stamp extends ShiftedDate {}
    expect(new Stamp()).toBeInstanceOf(Stamp);
    expect(new Stamp().getTime() - Date.now()).toBeGreaterThan(HOUR - 1_000);
    const again = new (new ShiftedDate(0).constructor as DateConstructor)();
    expect(again.getTime() - Date.now()).toBeGreaterThan(HOUR - 1_000);
  });
});

describe('durations', () => {
  it.each([
    ['PT25H', 25 * HOUR],
    ['P3D', 72 * HOUR],
    ['P1W', 168 * HOUR],
    ['PT0.5S', 500],
    ['P1DT1M', 24 * HOUR + 60_000],
    ['PT0S', 0],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '25h', 'P1M', 'P1Y', '-PT1H', 'PT', '1'])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(/duration|forward/);
  });
});
