import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import type { Page, PageCursor } from '../../../shared/store/page.ts';
import { pageInMemory } from '../../../shared/store/page-in-memory.ts';
import type { Webhook } from '../../../shared/webhooks/endpoint.ts';

/** Newest first; two share each instant. */
const endpoints = (count: number): Webhook[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `webhook_${String(count - index).padStart(16, '0')}`,
    created_at: timestampOf(Math.floor((count - index) / 2) * 1000),
  })) as Webhook[];

describe('a page of webhook endpoints', () => {
  it('shows each once, forward and back, however many are asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 12 }), (count, limit) => {
        const all = endpoints(count);
        const forward: Webhook[][] = [];
        let last: PageCursor | null = null;
        let next: PageCursor | null = null;
        do {
          last = next;
          const page: Page<Webhook> = pageInMemory(all, last, limit);
          forward.push(page.rows);
          ({ next } = page);
        } while (next);
        expect(forward.flat()).toEqual(all);
        expect(forward.every((rows) => rows.length <= limit)).toBe(true);
        const back: Webhook[][] = [];
        for (let to = pageInMemory(all, last, limit).previous; to; ) {
          const page: Page<Webhook> = pageInMemory(all, to, limit);
          back.unshift(page.rows);
          to = page.previous;
        }
        expect([...back, forward.at(-1) ?? []].flat()).toEqual(all);
      }),
    );
  });

  it('has all of them without a limit', () => {
    const all = endpoints(120);
    expect(pageInMemory(all, null, Number.POSITIVE_INFINITY)).toEqual({ rows: all, next: null, previous: null });
  });
});
