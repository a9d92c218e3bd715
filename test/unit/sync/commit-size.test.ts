import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeItems } from '../../../shared/events/change-feed/change-row.ts';
import type { EventChange } from '../../../shared/events/change-feed/event-change.ts';
import { packContent } from '../../../shared/events/event-row.ts';
import { fitEvent } from '../../../shared/events/fit-event.ts';
import { eventIdOf } from '../../../shared/platform/ids.ts';
import { commitLimits, countFitting, type WriteSize } from '../../../shared/sync/commit-size.ts';
import { createEventContent } from '../../support/event-content.ts';
import { at, calendar } from './sync-fixtures.ts';

const sizes: fc.Arbitrary<WriteSize> = fc.record({
  rows: fc.integer({ min: 1, max: 81 }),
  bytes: fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 5_000_000 })),
  feedBytes: fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 500_000 })),
});
const sumOf = (some: WriteSize[], name: keyof WriteSize): number => some.reduce((sum, size) => sum + size[name], 0);

/** The commits that a run makes of its writes. */
function split<Write>(writes: Write[], sizeOf: (write: Write) => WriteSize): Write[][] {
  const parts: Write[][] = [];
  for (let rest = writes; rest.length > 0; ) {
    const count = countFitting(rest, sizeOf);
    parts.push(rest.slice(0, count));
    rest = rest.slice(count);
  }
  return parts;
}

describe('The writes of a run', () => {
  it('all go into commits, in order, each within the limits unless it is one write alone', () => {
    fc.assert(
      fc.property(fc.array(sizes, { maxLength: 200 }), (writes) => {
        const parts = split(writes, (size) => size);
        expect(parts.flat()).toEqual(writes);
        for (const part of parts.filter(({ length }) => length > 1)) {
          for (const name of ['rows', 'bytes', 'feedBytes'] as const)
            expect(sumOf(part, name)).toBeLessThanOrEqual(commitLimits[name]);
        }
      }),
    );
  });

  it('make no more commits than they need: usual ones are 96 in a commit', () => {
    const usual = Array.from({ length: 200 }, () => ({ rows: 1, bytes: 4_000, feedBytes: 3_000 }));
    expect(split(usual, (size) => size).map(({ length }) => length)).toEqual([96, 96, 8]);
  });

  it('are sized only as far as the commit reaches', () => {
    let asked = 0;
    const sizeOf = (): WriteSize => {
      asked += 1;
      return { rows: 1, bytes: 1_000_000, feedBytes: 0 };
    };
    expect(countFitting(Array.from({ length: 90 }), sizeOf)).toBe(3);
    expect(asked).toBe(4);
  });
});

describe('The feed’s row of a commit', () => {
  const content = (noise: number, guests: number) =>
    fitEvent(
      createEventContent({
        attendees: Array.from({ length: guests }, (_none, index) => ({ email: `guest-${index}@x.test`, name: null })),
        // Random text hardly compresses.
        raw: { id: 'a', description: randomBytes(noise).toString('base64') },
      }),
    );
  const changeOf = (type: EventChange['type'], event: ReturnType<typeof content>, index: number): EventChange => ({
    type,
    changed_fields: [],
    event: {
      ...event,
      id: eventIdOf(calendar.id, String(index)),
      calendar_id: calendar.id,
      is_deleted: type === 'deleted',
      created_at: at(0),
      updated_at: at(index),
    },
  });
  const bytesOfRow = (changes: EventChange[]): number => {
    const [first, ...rest] = changes;
    if (!first) return 0;
    const items = changeItems(calendar, {
      marker: 'marker',
      changes: [first, ...rest],
      changeDays: new Set(),
      expiresAt: 0,
    });
    const item = items['feed changes'];
    return item && 'put' in item ? (item.put.changes as Uint8Array).length : Number.NaN;
  };
  const types = fc.constantFrom('created' as const, 'changed' as const, 'deleted' as const);

  it('has room for the changes of every commit, and for one event of any size', () => {
    const writes = fc.array(
      fc.record({ type: types, noise: fc.nat(300_000), guests: fc.constantFrom(0, 20, 500, 3_000) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(writes, (given) => {
        const changes = given.map(({ type, noise, guests }, index) => changeOf(type, content(noise, guests), index));
        const parts = split(changes, ({ event }) => {
          const packed = packContent(event).length;
          return { rows: 1, bytes: packed, feedBytes: packed };
        });
        for (const part of parts) expect(bytesOfRow(part)).toBeLessThan(399_000);
      }),
      { numRuns: 20 },
    );
  });

  it('leaves out texts and guests as a last resort', () => {
    const huge = { ...content(0, 0), raw: { id: 'a', text: randomBytes(600_000).toString('base64') } };
    for (const type of ['created', 'changed', 'deleted'] as const)
      expect(bytesOfRow([changeOf(type, huge, 0)])).toBeLessThan(399_000);
  });
});
