import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdempotencyStore } from '../../../shared/http/idempotency-store.ts';
import type { Table } from '../../../shared/store/table.ts';
import { openPlainTable } from '../../support/open-plain-table.ts';
import { recordTableCalls } from '../../support/record-table-calls.ts';
import {
  createIdempotentService,
  dayMs,
  freshKey,
  json,
  replayed,
  runMs,
  type Sent,
  secondMs,
} from './idempotent-service.ts';

let table: Table;
beforeAll(async () => {
  table = await openPlainTable();
});
afterAll(() => table?.client.destroy());

describe('a request with an Idempotency-Key', () => {
  it.each([
    ['created', 201],
    ['invalid', 400],
  ] as const)('gets the first answer again without running again, when that was %s', async (ending, statusCode) => {
    const { call, runs } = createIdempotentService(table);
    const key = freshKey();
    const first = await call({ key, ending });
    expect(first.statusCode).toBe(statusCode);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    const again = { ...first, headers: { ...first.headers, ...replayed } };
    expect(await call({ key, ending })).toEqual(again);
    expect(await call({ key, ending: 'fault' })).toEqual(again);
    expect(runs).toHaveLength(1);
  });

  it.each(['unauthenticated', 'conflict', 'throttled', 'unavailable', 'fault'] as const)(
    'runs again when the first attempt ended with %s',
    async (ending) => {
      const { call, runs } = createIdempotentService(table);
      const key = freshKey();
      const first = await call({ key, ending });
      expect([401, 409, 429, 500, 503]).toContain(first.statusCode);
      // The key is free, so another request may have it.
      expect(await call({ key, body: '{"other":1}' })).toMatchObject({ statusCode: 201, headers: json });
      expect(runs).toHaveLength(2);
    },
  );

  it('is refused while the first one runs, and learns when to try again', async () => {
    const { call, crash, runs, time } = createIdempotentService(table);
    const key = freshKey();
    await crash({ key });
    time.now += runMs - 1;
    const refused = await call({ key });
    expect(refused).toMatchObject({ statusCode: 409, headers: { ...json, 'retry-after': '1' } });
    expect(JSON.parse(refused.body)).toEqual({ detail: expect.stringContaining('still running') });
    expect(runs).toHaveLength(1);
    time.now += 1;
    expect((await call({ key })).statusCode).toBe(201);
  });

  it('is refused with another body, path or query', async () => {
    const { call, runs } = createIdempotentService(table);
    const key = freshKey();
    const first: Sent = { key, body: '{"a":"ü"}', query: 'a=1' };
    await call(first);
    const others = [{ body: '{"a": "ü"}' }, { body: '' }, { path: '/api/v1/calendars/' }, { query: 'a=2' }];
    for (const other of others) {
      const refused = await call({ ...first, ...other });
      expect([other, refused.statusCode]).toEqual([other, 422]);
      expect(JSON.parse(refused.body)).toEqual({ detail: expect.stringContaining('another request') });
    }
    // The encoding in which API Gateway passes the same bytes makes no difference.
    expect((await call({ ...first, base64: true })).headers).toMatchObject(replayed);
    expect(runs).toHaveLength(1);
  });

  it('counts against the limit of requests each time', async () => {
    const { call, counted } = createIdempotentService(table);
    const key = freshKey();
    for (const sent of [{ key }, { key }, { key, body: '[]' }, { key: ' ' }]) await call(sent);
    expect(counted).toEqual(['proj_1', 'proj_1', 'proj_1', 'proj_1']);
  });

  it('does not share its key with another project', async () => {
    const { call, runs } = createIdempotentService(table);
    const key = freshKey();
    await call({ key });
    expect((await call({ key, project: 'proj_2', body: '{"b":1}' })).statusCode).toBe(201);
    expect(runs).toHaveLength(2);
  });

  it('runs again after a day, also when DynamoDB has not deleted the row yet', async () => {
    const { call, time, runs } = createIdempotentService(table);
    const key = freshKey();
    const first = await call({ key });
    time.now += dayMs;
    expect((await call({ key })).body).toBe(first.body);
    time.now += secondMs;
    expect((await call({ key, body: '{"b":1}' })).statusCode).toBe(201);
    expect(runs).toHaveLength(2);
  });
});

describe('an Idempotency-Key', () => {
  it.each(['', ' ', 'a b', 'a\u007f', 'a\n', 'ü', 'x'.repeat(256)])('is refused in the form %j', async (key) => {
    const { call, runs } = createIdempotentService(table);
    const refused = await call({ key });
    expect(refused.statusCode).toBe(400);
    expect(JSON.parse(refused.body)).toEqual({ detail: expect.stringMatching(/^Idempotency-Key must be 1 to 255/) });
    expect(runs).toEqual([]);
  });

  it.each(['!', '~', '"quoted"', 'a,b', 'x'.repeat(255)])('is accepted in the form %j', async (key) => {
    const { call } = createIdempotentService(table);
    expect((await call({ key, project: `proj_${randomUUID()}` })).statusCode).toBe(201);
  });

  it('costs one request to claim, one to complete and one to answer again', async () => {
    const { table: observed, requests } = recordTableCalls(table);
    const { call } = createIdempotentService(observed);
    const key = freshKey();
    const costs: number[] = [];
    for (const sent of [{}, { key }, { key }, { key, body: '[]' }]) {
      const before = requests();
      await call(sent);
      costs.push(requests() - before);
    }
    expect(costs).toEqual([0, 2, 1, 1]);
  });

  it('whose answer cannot be stored is free again when its lease ends', async () => {
    const store = createIdempotencyStore(table);
    const storeAnswer = async (): Promise<void> => Promise.reject(new Error('table is away'));
    const { call, errors, runs, time } = createIdempotentService(table, { store: { ...store, storeAnswer } });
    const key = freshKey();
    expect((await call({ key })).statusCode).toBe(201);
    expect(errors).toEqual([['idempotency key not completed', { error: expect.any(Error) }]]);
    expect((await call({ key })).statusCode).toBe(409);
    time.now += runMs;
    expect((await call({ key })).statusCode).toBe(201);
    expect(runs).toHaveLength(2);
  });
});
