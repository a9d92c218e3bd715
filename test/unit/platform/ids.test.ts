import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type CalendarId,
  calendarOfEvent,
  derivedId,
  type EventId,
  eventIdOf,
  idOf,
  isId,
  newCalendarId,
  randomSuffix,
  shardOf,
} from '../../../shared/platform/ids.ts';

describe('ids', () => {
  it('have a prefix and 16 letters or digits', () => {
    for (let round = 0; round < 200; round += 1) expect(newCalendarId()).toMatch(/^cal_[A-Za-z0-9]{16}$/);
    fc.assert(
      fc.property(fc.string(), (source) => {
        expect(derivedId('evt', source)).toMatch(/^evt_[A-Za-z0-9]{16}$/);
        expect(derivedId('evt', source)).toBe(derivedId('evt', source));
      }),
    );
  });

  it('differ for different sources', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(derivedId('evt', a) === derivedId('evt', b)).toBe(a === b);
      }),
    );
    expect(eventIdOf('cal_a', 'b')).not.toBe(eventIdOf('cal_b', 'b'));
  });

  it('of events name their calendar', () => {
    fc.assert(
      fc.property(fc.string(), (platformUuid) => {
        const calendarId = newCalendarId();
        const id = eventIdOf(calendarId, platformUuid);
        expect(isId('evt', id)).toBe(true);
        expect(calendarOfEvent(id)).toBe(calendarId);
      }),
    );
    expect(isId('cal', calendarOfEvent('evt_nothing'))).toBe(true);
  });

  it('are recognized by prefix, length and characters', () => {
    expect(isId('cal', `cal_${randomSuffix()}`)).toBe(true);
    for (const text of [
      '',
      'cal_',
      'cal_abc',
      `evt_${randomSuffix()}`,
      `cal_${randomSuffix()}x`,
      'cal_abcdefghijklmno-',
    ]) {
      expect(isId('cal', text)).toBe(false);
    }
  });

  it('are read from rows by their prefix', () => {
    expect(idOf('cal').parse('cal_1')).toBe('cal_1');
    for (const value of ['evt_1', 'cal', '', 1, null]) expect(idOf('cal').safeParse(value).success).toBe(false);
  });

  it('have a type that distinguishes calendars from events', () => {
    expectTypeOf(newCalendarId()).toEqualTypeOf<CalendarId>();
    expectTypeOf(eventIdOf('cal_a', 'b')).toEqualTypeOf<EventId>();
    expectTypeOf<CalendarId>().not.toExtend<EventId>();
  });
});

describe('shards', () => {
  it('are the same number below the count for the same text', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 64 }), (text, count) => {
        const shard = shardOf(text, count);
        expect(shard).toBe(shardOf(text, count));
        expect(shard >= 0 && shard < count).toBe(true);
      }),
    );
  });
});
