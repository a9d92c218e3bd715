import { createHash, randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../../shared/http/create-api.ts';
import { createIdempotencyStore, type IdempotencyStore } from '../../../shared/http/idempotency-store.ts';
import { AppError, invalidFields } from '../../../shared/platform/app-error.ts';
import type { Table } from '../../../shared/store/table.ts';
import { openPlainTable } from '../../support/open-plain-table.ts';
import { recordTableCalls } from '../../support/record-table-calls.ts';
import { plainEnvelope } from '../../support/webhook-fixtures.ts';

const secondMs = 1000;
const dayMs = 86_400_000;
const runMs = 30_000;

let table: Table;
beforeAll(async () => {
  table = await openPlainTable();
});
afterAll(() => table?.client.destroy());

/** How an operation ends: `hang` is a function that dies before it answers. */
type Ending = 'created' | 'invalid' | 'unauthenticated' | 'throttled' | 'unavailable' | 'fault' | 'hang';

interface Sent {
  key?: string | undefined;
  body?: string;
  path?: string;
  query?: string;
  base64?: boolean;
  project?: string;
  ending?: Ending;
}

/** An API with one operation, whose ending each request names, on the table with a clock that only the test moves. */
function createService(given: { store?: IdempotencyStore; observed?: Table } = {}) {
  const time = { now: 1_790_000_000_123 };
  const runs: string[] = [];
  const errors: unknown[] = [];
  const counted: string[] = [];
  const logger = new Logger({ logLevel: 'SILENT' });
  let begun = (): void => {};

  const operationFor = (ending: Ending) => async () => {
    const id = randomUUID();
    runs.push(id);
    begun();
    if (ending === 'hang') await new Promise(() => {});
    if (ending === 'invalid') throw invalidFields({ url: ['No.', id] });
    if (ending === 'unauthenticated') throw new AppError('unauthenticated', id);
    if (ending === 'throttled') throw new AppError('throttled', id, { retryAfterSeconds: 1 });
    if (ending === 'fault') throw new Error(id);
    return { status: ending === 'unavailable' ? 503 : 201, body: { id } };
  };
  const call = async ({ key, body = '{}', path = '/api/v1/calendars', query = '', ...sent }: Sent) => {
    const { base64 = false, project = 'proj_1', ending = 'created' } = sent;
    const api = createApi(
      {
        logger,
        findProjectByKeyHash: async () => project,
        throttlePost: async (projectId) => void counted.push(projectId),
        idempotency: {
          store: given.store ?? createIdempotencyStore(given.observed ?? table),
          envelope: plainEnvelope,
          clock: { now: () => time.now },
          newId: randomUUID,
          logger: { error: (...line: unknown[]) => void errors.push(line) },
        },
      },
      { function: 'api', auth: 'api_key', operations: { createCalendar: 'POST /api/v1/calendars' } },
      { createCalendar: operationFor(ending) },
    );
    const event = {
      routeKey: 'POST /api/v1/calendars',
      rawPath: path,
      rawQueryString: query,
      headers: { authorization: 'Token key', ...(key !== undefined && { 'idempotency-key': key }) },
      requestContext: { domainName: 'example.com', http: { method: 'POST' } },
      body: base64 ? Buffer.from(body).toString('base64') : body,
      isBase64Encoded: base64,
    } as unknown as APIGatewayProxyEventV2;
    return api(event, {} as Context);
  };
  /** A request whose function dies; resolves once it is at work. */
  const crash = async (sent: Sent): Promise<void> => {
    const started = new Promise<void>((resolve) => (begun = resolve));
    void call({ ...sent, ending: 'hang' });
    await started;
  };
  return { time, runs, errors, counted, call, crash };
}

const freshKey = (): string => `key-${randomUUID()}`;
const json = { 'content-type': 'application/json' };
const replayed = { 'idempotency-replayed': 'true' };

describe('a repeated request', () => {
  it.each([
    ['created', 201],
    ['invalid', 400],
  ] as const)('is answered as the first one, without being run: %s', async (ending, statusCode) => {
    const { call, runs } = createService();
    const key = freshKey();
    const first = await call({ key, ending });
    expect(first.statusCode).toBe(statusCode);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    const again = { ...first, headers: { ...first.headers, ...replayed } };
    expect(await call({ key, ending })).toEqual(again);
    expect(await call({ key, ending: 'fault' })).toEqual(again);
    expect(runs).toHaveLength(1);
  });

  it.each(['unauthenticated', 'throttled', 'unavailable', 'fault'] as const)(
    'is run when the first ended so: %s',
    async (ending) => {
      const { call, runs } = createService();
      const key = freshKey();
      const first = await call({ key, ending });
      expect([401, 429, 500, 503]).toContain(first.statusCode);
      // The key is as good as new: another request may have it, too.
      expect(await call({ key, body: '{"other":1}' })).toMatchObject({ statusCode: 201, headers: json });
      expect(runs).toHaveLength(2);
    },
  );

  it('is refused while the first one runs, and told when to come again', async () => {
    const { call, crash, runs, time } = createService();
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

  it('is another one with another body, path or query, and refused', async () => {
    const { call, runs } = createService();
    const key = freshKey();
    const first: Sent = { key, body: '{"a":"ü"}', query: 'a=1' };
    await call(first);
    const others = [{ body: '{"a": "ü"}' }, { body: '' }, { path: '/api/v1/calendars/' }, { query: 'a=2' }];
    for (const other of others) {
      const refused = await call({ ...first, ...other });
      expect([other, refused.statusCode]).toEqual([other, 422]);
      expect(JSON.parse(refused.body)).toEqual({ detail: expect.stringContaining('another request') });
    }
    // How API Gateway hands the same bytes on makes no difference.
    expect((await call({ ...first, base64: true })).headers).toMatchObject(replayed);
    expect(runs).toHaveLength(1);
  });

  it('counts against the limit of POSTs like any other', async () => {
    const { call, counted } = createService();
    const key = freshKey();
    for (const sent of [{ key }, { key }, { key, body: '[]' }, { key: ' ' }]) await call(sent);
    expect(counted).toEqual(['proj_1', 'proj_1', 'proj_1', 'proj_1']);
  });

  it('of another project is nobody’s business', async () => {
    const { call, runs } = createService();
    const key = freshKey();
    await call({ key });
    expect((await call({ key, project: 'proj_2', body: '{"b":1}' })).statusCode).toBe(201);
    expect(runs).toHaveLength(2);
  });

  it('is run again after a day, though DynamoDB has not deleted the row yet', async () => {
    const { call, time, runs } = createService();
    const key = freshKey();
    const first = await call({ key });
    time.now += dayMs;
    expect((await call({ key })).body).toBe(first.body);
    time.now += secondMs;
    expect((await call({ key, body: '{"b":1}' })).statusCode).toBe(201);
    expect(runs).toHaveLength(2);
  });
});

describe('a key', () => {
  it.each(['', ' ', 'a b', 'a\u007f', 'a\n', 'ü', 'x'.repeat(256)])('of this form is refused: %j', async (key) => {
    const { call, runs } = createService();
    const refused = await call({ key });
    expect(refused.statusCode).toBe(400);
    expect(JSON.parse(refused.body)).toEqual({ detail: expect.stringMatching(/^Idempotency-Key must be 1 to 255/) });
    expect(runs).toEqual([]);
  });

  it.each(['!', '~', '"quoted"', 'a,b', 'x'.repeat(255)])('of this form is taken: %j', async (key) => {
    const { call } = createService();
    expect((await call({ key, project: `proj_${randomUUID()}` })).statusCode).toBe(201);
  });

  it('costs one request to take, one to settle, and one to answer again; none when there is no key', async () => {
    const { table: observed, requests } = recordTableCalls(table);
    const { call } = createService({ observed });
    const key = freshKey();
    const costs: number[] = [];
    for (const sent of [{}, { key }, { key }, { key, body: '[]' }]) {
      const before = requests();
      await call(sent);
      costs.push(requests() - before);
    }
    expect(costs).toEqual([0, 2, 1, 1]);
  });

  it('whose answer cannot be kept costs the client nothing but the repetition', async () => {
    const store = createIdempotencyStore(table);
    const keepAnswer = async (): Promise<void> => Promise.reject(new Error('table is away'));
    const { call, errors, runs, time } = createService({ store: { ...store, keepAnswer } });
    const key = freshKey();
    expect((await call({ key })).statusCode).toBe(201);
    expect(errors).toEqual([['idempotency key not settled', { error: expect.any(Error) }]]);
    expect((await call({ key })).statusCode).toBe(409);
    time.now += runMs;
    expect((await call({ key })).statusCode).toBe(201);
    expect(runs).toHaveLength(2);
  });
});

describe('a claim', () => {
  const claimOf = (claimedAt = 1_790_000_000_000) => ({
    projectId: 'proj_1',
    keyHash: createHash('sha256').update(randomUUID()).digest('hex'),
    requestHash: 'hash',
    claimId: randomUUID(),
    claimedAt,
  });

  it('is still won when its own answer was lost and the SDK sent it again', async () => {
    const store = createIdempotencyStore(table);
    const claim = claimOf();
    expect(await store.claimKey(claim)).toEqual({ state: 'claimed' });
    expect(await store.claimKey(claim)).toEqual({ state: 'claimed' });
  });

  it('that was taken over has no say any more', async () => {
    const store = createIdempotencyStore(table);
    const late = claimOf();
    await store.claimKey(late);
    const heir = { ...late, claimId: randomUUID(), claimedAt: late.claimedAt + runMs };
    const third = { ...late, claimId: randomUUID(), claimedAt: heir.claimedAt + 1 };
    expect(await store.claimKey(heir)).toEqual({ state: 'claimed' });
    await store.keepAnswer(late, 'late');
    await store.releaseKey(late);
    expect(await store.claimKey(third)).toEqual({ state: 'running' });
    await store.keepAnswer(heir, 'of the heir');
    await store.releaseKey(late);
    expect(await store.claimKey(third)).toEqual({ state: 'answered', sealed: 'of the heir' });
  });
});

describe('any number of requests at once', () => {
  it('with one key create one object, and hear of that one or that it is being made', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 16 }), async (count) => {
        const { call, runs } = createService();
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

describe('any sequence of requests, crashes and pauses', () => {
  const request = fc.record({
    key: fc.constantFrom('a', 'b'),
    body: fc.constantFrom('1', '2'),
    ending: fc.constantFrom<Ending>('created', 'created', 'invalid', 'throttled', 'fault', 'hang'),
  });
  const pause = fc.constantFrom(1, secondMs, runMs - 1, runMs, dayMs - 1, dayMs, dayMs + secondMs);

  it('answers as the rule says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof({ weight: 4, arbitrary: request }, pause), { maxLength: 25 }), (steps) =>
        followRule(steps),
      ),
      { numRuns: 40 },
    );
  });

  /** Plays the steps against the rule itself, kept in a map. */
  async function followRule(steps: ({ key: string; body: string; ending: Ending } | number)[]): Promise<void> {
    const { call, crash, runs, time } = createService();
    const known = new Map<string, { body: string; since: number; answer?: string }>();
    const prefix = freshKey();
    for (const step of steps) {
      if (typeof step === 'number') {
        time.now += step;
        continue;
      }
      const { key, body, ending } = step;
      const row = known.get(key);
      // Expiry is of the whole second after the claim, as the table's time to live counts.
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
        if (answer && answer.statusCode < 429) known.set(key, { body, since: time.now, answer: answer.body });
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
