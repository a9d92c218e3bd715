import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CursorScope, decodeCursor, encodeCursor, pageCursorSchema } from '../../../shared/http/cursor.ts';
import type { PageCursor } from '../../../shared/store/page.ts';
import { anyText } from '../../support/any-text.ts';
import { errorAnswer } from '../../support/error-answer.ts';

const scope: CursorScope = { secret: 'secret', projectId: 'proj_1', query: '["calendars",null]' };
const cursors: fc.Arbitrary<PageCursor> = fc.record(
  {
    direction: fc.constantFrom('forward' as const, 'back' as const),
    position: fc.string({ unit: 'grapheme' }),
    inclusive: fc.boolean(),
  },
  { requiredKeys: ['direction', 'position'] },
);

const refusalOf = (given: CursorScope, text: string): unknown => {
  try {
    return { taken: decodeCursor(given, pageCursorSchema, text) };
  } catch (error) {
    const { status, body } = errorAnswer(error);
    return { status, body };
  }
};
const invalid = { status: 404, body: { detail: 'Invalid cursor' } };

describe('a cursor', () => {
  it('is decoded to what was encoded, and needs no escapes in a URL', () => {
    fc.assert(
      fc.property(cursors, (cursor) => {
        const text = encodeCursor(scope, cursor);
        expect(text).toBe(encodeURIComponent(text));
        expect(decodeCursor(scope, pageCursorSchema, text)).toEqual(cursor);
      }),
    );
  });

  it('is the first page when it is empty', () => expect(decodeCursor(scope, pageCursorSchema, '')).toBeNull());

  it.each([
    { secret: 'other' },
    { projectId: 'proj_2' },
    { query: '["calendars","key"]' },
    { query: '["calendar_events",null]' },
    // The parts of a scope must stay separate.
    { projectId: 'proj_1\0["calendars",null]', query: '' },
  ])('is refused in another scope: %j', (other) => {
    const text = encodeCursor(scope, { direction: 'forward', position: 'a' });
    expect(refusalOf({ ...scope, ...other }, text)).toEqual(invalid);
  });

  it('is refused when one character is changed, added or removed', () => {
    const text = encodeCursor(scope, { direction: 'back', position: '2026-11-21T09:30:00.000000Z#evt_1' });
    const at = fc.nat({ max: text.length - 1 });
    const change = fc.constantFrom('', 'A', '-', '.', '=', '+', 'é', '\0', '%');
    fc.assert(
      fc.property(at, change, fc.constantFrom(0, 1), (index, replacement, removed) => {
        const changed = text.slice(0, index) + replacement + text.slice(index + removed);
        fc.pre(changed !== text && changed !== '');
        expect(refusalOf(scope, changed)).toEqual(invalid);
      }),
      { numRuns: 500 },
    );
    expect(refusalOf(scope, `${text}.`)).toEqual(invalid);
    expect(refusalOf(scope, ` ${text}`)).toEqual(invalid);
  });

  it('is refused in the same way when the text is no cursor', () => {
    const texts = fc.oneof(anyText(), fc.base64String(), fc.constantFrom('.', '..', 'e30.', '.e30'));
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(text !== '');
        expect(refusalOf(scope, text)).toEqual(invalid);
      }),
    );
  });
});
