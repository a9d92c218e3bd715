import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admitBots, type PlacedBot } from '../../../shared/bot-rules/admit-bots.ts';
import { eventRanks } from '../../../shared/bot-rules/event-rank.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { ruleMoment } from '../../support/bot-rule-fixtures.ts';

const minute = 60_000;
/** A bot that starts so many minutes after 9 o'clock. */
const placed = (id: string, start: number, length = 30, given: Partial<PlacedBot> = {}): PlacedBot => ({
  id,
  eventId: `event of ${id}`,
  start: timestampOf(ruleMoment + start * minute),
  end: timestampOf(ruleMoment + (start + length) * minute),
  rank: eventRanks.own,
  isFixed: false,
  hasBot: true,
  ...given,
});
const many = { perDay: 50, atOnce: 50 };
const admitted = (bots: PlacedBot[], limits: Partial<typeof many>) =>
  [...admitBots(bots, { ...many, ...limits })].sort();

describe('the places of a calendar', () => {
  it('are so many a day, whatever the hours; another day has its own', () => {
    const bots = [placed('a', 0), placed('b', 60), placed('c', 120), placed('d', 24 * 60)];
    expect(admitted(bots, { perDay: 2 })).toEqual(['a', 'b', 'd']);
    expect(admitted(bots, { perDay: 0 })).toEqual([]);
  });

  it('are so many at one time: meetings that follow each other do not count together', () => {
    const bots = [placed('a', 0, 60), placed('b', 30, 60), placed('c', 60, 60), placed('d', 45, 5)];
    expect(admitted(bots, { atOnce: 2 })).toEqual(['a', 'b', 'c']);
    expect(admitted(bots, { atOnce: 1 })).toEqual(['a', 'c']);
    expect(admitted([placed('a', 0, 0), placed('b', 0, 0), placed('c', 1, 0)], { atOnce: 1 })).toEqual(['a', 'c']);
  });

  it('go to bots that were handed off, then to better events, then to bots that exist, then to the earlier ones', () => {
    const worse = { rank: eventRanks.other };
    const bots = [
      placed('late', 90),
      placed('early', 60),
      placed('new', 0, 30, { hasBot: false }),
      placed('worse', 0, 30, worse),
      placed('fixed', 120, 30, { ...worse, isFixed: true }),
    ];
    const order = ['fixed', 'early', 'late', 'new', 'worse'];
    for (let perDay = 1; perDay <= order.length; perDay += 1) {
      expect(admitted(bots, { perDay })).toEqual(order.slice(0, perDay).sort());
    }
  });

  it('go to the events with the smallest ids where all else is equal, whatever the ids of their bots', () => {
    const bots = [placed('a', 0, 30, { eventId: 'third' }), placed('b', 0, 30, { eventId: 'second' })];
    expect(admitted(bots, { perDay: 1 })).toEqual(['b']);
    expect(admitted(bots.toReversed(), { atOnce: 1 })).toEqual(['b']);
  });

  it('are never more than the limits, however the bots are listed, and none is left free', () => {
    const bot = fc.record({
      id: fc.nat(30),
      start: fc.nat(200),
      length: fc.nat(90),
      rank: fc.constantFrom(...Object.values(eventRanks)),
    });
    const bots = fc.uniqueArray(bot, { selector: ({ id }) => id });
    fc.assert(
      fc.property(bots, fc.nat(6), fc.nat(4), (given, perDay, atOnce) => {
        const all = given.map(({ id, start, length, rank }) => placed(String(id), start, length, { rank }));
        const ids = admitBots(all, { perDay, atOnce });
        expect(admitBots(all.toReversed(), { perDay, atOnce })).toEqual(ids);
        const inside = all.filter(({ id }) => ids.has(id));
        expect(inside.length).toBeLessThanOrEqual(perDay);
        for (const { start: moment } of inside) {
          const running = inside.filter(({ start, end }) => start <= moment && (end > moment || start === moment));
          expect(running.length).toBeLessThanOrEqual(atOnce);
        }
        if (inside.length === all.length) return;
        const isFull = inside.length === perDay;
        expect(isFull || inside.length >= Math.min(atOnce, all.length)).toBe(true);
      }),
    );
  });
});
