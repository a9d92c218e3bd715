import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BusySpan, mergeSpans, type Occupation, occupations } from '../../../shared/free-busy/merge-spans.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';

const at = (hour: number) => timestampOf(hour * 3_600_000);
const span = (start: number, end: number, busy: Occupation = 'busy'): BusySpan => ({
  start: at(start),
  end: at(end),
  busy,
});
const within = { from: at(0), to: at(100) };

describe('merged spans', () => {
  it.each([
    ['touch', [span(1, 2), span(2, 3)], [span(1, 3)]],
    ['overlap', [span(1, 4), span(2, 3), span(3, 5)], [span(1, 5)]],
    ['are apart', [span(4, 5), span(1, 2)], [span(1, 2), span(4, 5)]],
    ['are empty or turned around', [span(2, 2), span(4, 3)], []],
    ['reach beyond the time', [span(-5, 1), span(99, 105), span(200, 300)], [span(0, 1), span(99, 100)]],
    [
      'are of several kinds',
      [span(1, 6, 'tentative'), span(2, 4), span(3, 5, 'out_of_office')],
      [span(1, 2, 'tentative'), span(2, 3), span(3, 5, 'out_of_office'), span(5, 6, 'tentative')],
    ],
  ])('of spans that %s', (_what, spans, merged) => {
    expect(mergeSpans(spans, within)).toEqual(merged);
  });

  it('say of each moment the strongest kind, in order and without overlaps', () => {
    const hour = fc.integer({ min: 0, max: 30 });
    const any = fc.record({ start: hour, end: hour, busy: fc.constantFrom(...occupations) });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), (some) => {
        const merged = mergeSpans(
          some.map(({ start, end, busy }) => span(start, end, busy)),
          within,
        );
        for (let moment = 0; moment < 30; moment += 1) {
          const kinds = new Set(
            some.filter(({ start, end }) => start <= moment && moment < end).map(({ busy }) => busy),
          );
          const strongest = occupations.find((kind) => kinds.has(kind));
          const found = merged.filter(({ start, end }) => start <= at(moment) && at(moment) < end);
          expect(found.map(({ busy }) => busy)).toEqual(strongest ? [strongest] : []);
        }
        for (const [index, { start }] of merged.entries()) {
          const before = merged[index - 1];
          if (before) expect(before.end < start || before.busy !== merged[index]?.busy).toBe(true);
        }
      }),
    );
  });
});
