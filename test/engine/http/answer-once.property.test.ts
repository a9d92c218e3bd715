import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../../shared/store/table.ts';
import { openPlainTable } from '../../support/open-plain-table.ts';
import {
  createIdempotentService,
  dayMs,
  type Ending,
  freshKey,
  replayed,
  runMs,
  secondMs,
} from './idempotent-service.ts';

let table: Table;
beforeAll(async () => {
  table = await openPlainTable();
});
afterAll(() => table?.client.destroy());

describe('concurrent requests with one Idempotency-Key', () => {
  it('create one object, and are answered with it or with 409', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 16 }), async (count) => {
        const { call, runs } = createIdempotentService(table);
        const key = freshKey();
        const answers = await Promise.all(Array.from({ length: count }, () => call({ key })));
        expect(runs).toHaveLength(1);
        const made = answers.filter(({ statusCode }) => statusCode === 201);
        expect(made.length).toBeGreaterThanOrEqual(1);
        expect(new Set(made.map(({ body }) => body)).size).toBe(1);
        expect(answers.filter(({ statusCode }) => statusCode !== 201 && statusCode !== 409)).toEqual([]);
        expect(await call({ key })).toMatchObject({ statusCode: 201, body: made[0]?.body, headers: replayed });
      }),
      { numRuns: 20 },
    );
  });
});

describe('a sequence of requests, crashes and pauses', () => {
  const request = fc.record({
    key: fc.constantFrom('a', 'b'),
    body: fc.constantFrom('1', '2'),
    ending: fc.constantFrom<Ending>('created', 'created', 'invalid', 'conflict', 'throttled', 'fault', 'hang'),
  });
  const pause = fc.constantFrom(1, secondMs, runMs - 1, runMs, dayMs - 1, dayMs, dayMs + secondMs);

  it('gets the answers of the rule in every order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof({ weight: 4, arbitrary: request }, pause), { maxLength: 25 }), (steps) =>
        followRule(steps),
      ),
      { numRuns: 40 },
    );
  });

  /** Compares each answer with a model of the rule, which is a map. */
  async function followRule(steps: ({ key: string; body: string; ending: Ending } | number)[]): Promise<void> {
    const { call, crash, runs, time } = createIdempotentService(table);
    const known = new Map<string, { body: string; since: number; answer?: string }>();
    const prefix = freshKey();
    for (const step of steps) {
      if (typeof step === 'number') {
        time.now += step;
        continue;
      }
      const { key, body, ending } = step;
      const row = known.get(key);
      // The time to live of the table counts whole seconds.
      const isExpired = row && Math.floor(time.now / 1000) >= Math.ceil(row.since / 1000) + dayMs / 1000;
      const isFree = !row || isExpired || (row.answer === undefined && time.now - row.since >= runMs);
      const sent = { key: prefix + key, body, ending };
      const before = runs.length;
      if (isFree) {
        if (ending === 'hang') await crash(sent);
        const answer = ending === 'hang' ? undefined : await call(sent);
        expect(runs).toHaveLength(before + 1);
        known.delete(key);
        if (ending === 'hang') known.set(key, { body, since: time.now });
        if (answer && answer.statusCode < 409) known.set(key, { body, since: time.now, answer: answer.body });
      } else {
        const { statusCode, body: text, headers } = await call(sent);
        expect(runs).toHaveLength(before);
        if (row.body !== body) expect(statusCode).toBe(422);
        else if (row.answer === undefined) expect(statusCode).toBe(409);
        else expect({ text, headers }).toMatchObject({ text: row.answer, headers: replayed });
      }
    }
  }
});
