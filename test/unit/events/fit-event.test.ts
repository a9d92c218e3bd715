import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../../shared/events/calendar-event.ts';
import { fitEvent } from '../../../shared/events/fit-event.ts';
import { createEventContent as event } from '../../support/event-content.ts';

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('an event that is stored', () => {
  it('is unchanged when it has a usual size', () => {
    const usual = event({
      name: 'Review',
      attendees: Array.from({ length: 500 }, (_, index) => ({ email: `guest-${index}@example.com`, name: null })),
      raw: { id: 'a', description: 'x'.repeat(8192) },
    });
    expect(fitEvent(usual)).toEqual(usual);
  });

  it('loses the end of its longest texts first', () => {
    const raw = {
      id: 'a',
      summary: 'kept',
      description: 'x'.repeat(1_000_000),
      attendees: [{ email: 'a@example.com' }],
    };
    expect(fitEvent(event({ raw })).raw).toEqual({ ...raw, description: 'x'.repeat(20_000) });
  });

  it('keeps at least its short fields when every part is large', () => {
    const lists = Array.from({ length: 20 }, () => Array.from({ length: 5_000 }, () => 'short'));
    const raw = {
      id: 'a',
      summary: 'kept',
      ...Object.fromEntries(lists.map((list, index) => [`list ${index}`, list])),
    };
    expect(fitEvent(event({ raw })).raw).toEqual({ id: 'a', summary: 'kept' });
  });

  describe('with many guests', () => {
    const invite = (count: number) => {
      const guests = Array.from({ length: count }, (_, index) => ({
        email: `guest-${index}@example.com`,
        displayName: `Guest number ${index}`,
        responseStatus: 'needsAction',
      }));
      const attendees = [...guests, { email: 'owner@example.com', self: true, responseStatus: 'declined' }];
      return event({
        response_status: 'declined',
        attendees: attendees.map(({ email }) => ({ email, name: `Guest of ${email}` })),
        raw: { id: 'a', description: 'x'.repeat(270_000), attendees },
      });
    };

    it('keeps 300 of 300, and says that none is left out', () => {
      const fitted = fitEvent(invite(299));
      expect(fitted).toMatchObject({ attendees_omitted: false, response_status: 'declined' });
      expect([fitted.attendees.length, (fitted.raw.attendees as unknown[]).length]).toEqual([300, 300]);
    });

    it('keeps some of 3,002 with the owner and the owner’s answer, and says that others are left out', () => {
      const fitted = fitEvent(invite(3001));
      expect(fitted).toMatchObject({ attendees_omitted: true, response_status: 'declined' });
      const kept = fitted.raw.attendees as { email: string; self?: boolean }[];
      expect(kept.length).toBeGreaterThan(1_000);
      expect(kept.length).toBeLessThan(3_002);
      expect(kept.filter(({ self }) => self)).toHaveLength(1);
      expect(fitted.raw.attendeesOmitted).toBe(true);
    });

    it('says so, too, when the provider has left some out', () => {
      const raw = { id: 'a', attendees: [], attendeesOmitted: true };
      expect(fitEvent(event({ raw })).attendees_omitted).toBe(true);
    });
  });

  it('fits into a row with any content, even if nothing compresses', () => {
    const text = fc.nat(60_000).map((length) => '漢'.repeat(length));
    const person = fc.record({ email: text, name: text });
    fc.assert(
      fc.property(
        text,
        fc.array(person, { maxLength: 20 }),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (name, people, raw) => {
          const large = event({
            name,
            ical_uid: name,
            meeting_url: `https://example.com/${name}`,
            recurring_event_id: name,
            organizer: { email: name, name },
            attendees: Array.from({ length: 50 }, () => people).flat(),
            raw: { ...raw, description: name, deep: [people] },
          });
          expect(bytes(fitEvent(large))).toBeLessThan(380_000);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('is never cut in the middle of a character of two code units', () => {
    const name = `${'x'.repeat(4999)}😀`;
    const description = `${'y'.repeat(19_999)}😀${'z'.repeat(250_000)}`;
    const fitted = fitEvent(event({ name, raw: { id: 'a', description } }));
    expect(fitted.name).toBe('x'.repeat(4999));
    expect(fitted.raw.description).toBe('y'.repeat(19_999));
  });

  it('holds no lone surrogate and no NUL, however deep they came', () => {
    const odd = 'a\ud83db\0c';
    const person = { email: odd, name: odd };
    const fitted = fitEvent(
      event({ name: odd, attendees: [person], organizer: person, raw: { id: 'a', deep: [{ odd }] } }),
    );
    expect(fitted).toMatchObject({ name: 'a\uFFFDb\uFFFDc', raw: { deep: [{ odd: 'a\uFFFDb\uFFFDc' }] } });
    expect(JSON.stringify(fitted)).not.toMatch(/\\u(?:d[89a-f]|0000)/i);
  });

  it('is left out below a hundred levels, which nothing that stores or sends it could follow', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 100_000; level += 1) deep = level % 2 === 0 ? [deep] : { deep };
    const fitted = fitEvent(event({ raw: { shallow: 'kept', deep } }));
    expect(fitted.raw.shallow).toBe('kept');
    expect(JSON.stringify(fitted)).not.toContain('bottom');
    expect(contentHash(fitted, [])).toHaveLength(24);
  });

  it('is well-formed for every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6000 }), (name) => {
        const fitted = fitEvent(event({ name }));
        expect(fitted.name?.isWellFormed()).toBe(true);
        expect(fitted.name).not.toContain('\0');
      }),
    );
  });
});
