import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareWithQuotas } from '../../../local/simulation/quotas.ts';
import { createRandom } from '../../../local/simulation/random.ts';
import { simulateScale } from '../../../local/simulation/scale-model.ts';
import { Station } from '../../../local/simulation/station.ts';
import { Timeline } from '../../../local/simulation/timeline.ts';

const load = { calendars: 20_000, changes: 20, peak: 3, workers: 100, minutes: 5, seed: 1 };

describe('the timeline', () => {
  it('runs everything in the order of its time, whatever the order it was added in', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000)), (times) => {
        const timeline = new Timeline();
        const seen: number[] = [];
        for (const at of times) timeline.add(at, () => seen.push(timeline.now));
        timeline.runUntil(2_000);
        expect(seen).toEqual([...times].sort((one, other) => one - other));
      }),
    );
  });

  it('runs nothing after its end, and what is added for a time that is over at once', () => {
    const timeline = new Timeline();
    const seen: string[] = [];
    timeline.add(10, () => timeline.add(5, () => seen.push(`late at ${timeline.now}`)));
    timeline.add(21, () => seen.push('after the end'));
    timeline.runUntil(20);
    expect(seen).toEqual(['late at 10']);
    expect(timeline.now).toBe(20);
  });
});

describe('a station', () => {
  it('serves in the order of arrival, with so many workers at a time', () => {
    const timeline = new Timeline();
    const station = new Station('queue', 2, timeline);
    const done: string[] = [];
    for (const [name, serviceMs] of [
      ['a', 10],
      ['b', 30],
      ['c', 10],
      ['d', 10],
    ] as const) {
      station.arrive(serviceMs, () => done.push(`${name} at ${timeline.now}`));
    }
    timeline.runUntil(40);
    expect(done).toEqual(['a at 10', 'c at 20', 'b at 30', 'd at 30']);
    expect(station.figures()).toEqual({
      name: 'queue',
      served: 4,
      oldestMs: 20,
      longestQueue: 2,
      workers: 2,
      mostBusy: 2,
      utilization: 60 / 80,
    });
  });

  it('counts the age of a message that still waits at the end', () => {
    const timeline = new Timeline();
    const station = new Station('queue', 1, timeline);
    station.arrive(1_000);
    station.arrive(1);
    timeline.runUntil(500);
    expect(station.figures()).toMatchObject({ served: 0, oldestMs: 500 });
  });
});

describe('random numbers', () => {
  it('are the same for the same seed', () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('have the median and the 99th percentile that were asked for', () => {
    const random = createRandom(1);
    const times = Array.from({ length: 50_000 }, () => random.duration({ median: 200, p99: 1_000 })).sort(
      (one, other) => one - other,
    );
    expect(times[25_000]).toBeGreaterThan(190);
    expect(times[25_000]).toBeLessThan(210);
    expect(times[49_500]).toBeGreaterThan(900);
    expect(times[49_500]).toBeLessThan(1_100);
  });
});

describe('a deployment of 20,000 calendars in its busiest hour', () => {
  it('serves every push and every timer, and no message waits for a minute', () => {
    const { rates, stations, latency } = simulateScale(load);
    expect(rates.pushes).toBeCloseTo((20_000 * 20 * 3) / 86_400, 0);
    expect(rates.dailySyncs).toBeCloseTo(20_000 / 4_500, 0);
    for (const { oldestMs } of stations) expect(oldestMs).toBeLessThan(60_000);
    // The debounce alone takes a second.
    expect(latency.p50).toBeGreaterThan(1_000);
    expect(latency.p99).toBeLessThan(10_000);
  });

  it('falls behind when it has too few workers, and says so', () => {
    const figures = simulateScale({ ...load, workers: 2 });
    expect(figures.stations[0]?.oldestMs).toBeGreaterThan(60_000);
    expect(compareWithQuotas(figures)[0]?.limit).toMatch(/^workers of the (google|microsoft) sync queue$/);
  });

  it('needs the quota of the Google project first when it is large', () => {
    const uses = compareWithQuotas(simulateScale({ ...load, calendars: 200_000, minutes: 2 }));
    expect(uses[0]).toMatchObject({ limit: 'Google: queries of the Cloud project', of: 10_000 });
    expect(uses.map(({ used, of }) => used / of)).toEqual(
      uses.map(({ used, of }) => used / of).toSorted((a, b) => b - a),
    );
  });
});
