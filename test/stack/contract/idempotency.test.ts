import { randomUUID } from 'node:crypto';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { hashKey } from '../../../shared/http/authenticate.ts';
import { routes } from '../../../shared/service/routes.ts';
import { useApiClient, useStack } from '../../support/use-stack.ts';

const v1 = '/api/v1';

const stack = useStack();
const api = useApiClient(stack);

const posts = routes.flatMap((route) => (route.method === 'POST' && route.auth === 'api_key' ? [route] : []));

/**
 * Bodies that succeed, where we have them; any other operation is sent an empty object, which it may well refuse: a
 * refusal is kept and repeated, too.
 */
const goodBodies: Record<string, object> = {
  createCalendar: { platform: 'google', client_id: 'c', client_secret: 's', refresh_token: 'r' },
  createWebhook: { url: 'https://example.com/hook', triggers: ['calendar.events_update'] },
};

const post = async (path: string, key: string | null, json: unknown = {}) =>
  api.call('POST', path, { json, ...(key !== null && { headers: { 'Idempotency-Key': key } }) });
const isReplayed = ({ headers }: { headers: Headers }): boolean => headers.get('idempotency-replayed') === 'true';

describe.each(posts)('$operation', ({ path: template, operation }) => {
  const path = template.replaceAll(/\{\w+\}/g, 'absent_0000000000000');
  const body = goodBodies[operation] ?? {};

  it('answers a repeated request as it did the first', async () => {
    const key = randomUUID();
    const first = await post(path, key, body);
    expect(isReplayed(first)).toBe(false);
    if (operation in goodBodies) expect(first.status).toBe(201);
    const again = await post(path, key, body);
    expect([again.status, again.text, isReplayed(again)]).toEqual([first.status, first.text, true]);
    expect(again.headers.get('content-type')).toBe('application/json');
  });

  it('refuses another request with the key of the first', async () => {
    const key = randomUUID();
    await post(path, key, body);
    const refusal = { status: 422, body: { detail: expect.stringContaining('Idempotency-Key') } };
    expect(await post(path, key, { ...body, other: '1' })).toMatchObject(refusal);
    expect(await post(`${path}?a=1`, key, body)).toMatchObject(refusal);
    expect(await post(path, randomUUID(), { ...body, other: '1' })).not.toMatchObject(refusal);
  });

  it('refuses a malformed key, and works without a key', async () => {
    for (const key of ['', 'a b', 'ü', 'x'.repeat(256)]) {
      const answer = await post(path, key, body);
      expect([key, answer.status]).toEqual([key, 400]);
      expect(answer.body).toEqual({ detail: 'Idempotency-Key must be 1 to 255 visible ASCII characters.' });
    }
    const [one, two] = [await post(path, null, body), await post(path, null, body)];
    expect([isReplayed(one), isReplayed(two)]).toEqual([false, false]);
  });

  it('checks the API key first', async () => {
    const key = randomUUID();
    const headers = { 'Idempotency-Key': key };
    expect((await api.call('POST', path, { json: body, headers, apiKey: 'wrong' })).status).toBe(401);
    expect(isReplayed(await post(path, key, body))).toBe(false);
    expect((await api.call('POST', path, { json: body, headers, apiKey: 'wrong' })).status).toBe(401);
  });

  it('documents the header and the refusals', () => {
    const described = api.document.paths[template]?.['post'] as unknown as {
      parameters: object[];
      responses: Record<string, object>;
    };
    expect(described.parameters).toContainEqual({ $ref: '#/components/parameters/IdempotencyKey' });
    expect(Object.keys(described.responses)).toEqual(expect.arrayContaining(['400', '409', '422']));
  });
});

describe('an idempotency key', () => {
  const calendar = goodBodies['createCalendar'] ?? {};
  const listIds = async (): Promise<string[]> => {
    const { body } = await api.call<{ results: { id: string }[] }>('GET', `${v1}/calendars?deduplication_key=once`);
    return body.results.map(({ id }) => id);
  };

  it('creates one object from eight requests sent at once', async () => {
    const key = randomUUID();
    const json = { ...calendar, deduplication_key: 'once' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(`${v1}/calendars`, key, json)));
    const made = answers.filter(({ status }) => status === 201);
    // Without the key all but one would be told 400: the deduplication key is taken.
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    expect(new Set(made.map(({ body }) => body.id))).toEqual(new Set(await listIds()));
    for (const busy of answers.filter(({ status }) => status === 409)) {
      expect(busy.headers.get('retry-after')).toBe('1');
    }
    expect((await post(`${v1}/calendars`, key, json)).body.id).toBe(made[0]?.body.id);
  });

  it('has no effect on other methods', async () => {
    const { body } = await post(`${v1}/calendars`, null, calendar);
    const headers = { 'Idempotency-Key': randomUUID() };
    const patch = (json: object) => api.call('PATCH', `${v1}/calendars/${String(body.id)}`, { json, headers });
    expect((await patch({ metadata: { a: '1' } })).status).toBe(200);
    expect((await patch({ metadata: { a: '2' } })).body).toMatchObject({ metadata: { a: '2' } });
  });

  it('stores a secret of the answer only encrypted', async () => {
    const key = `key-${randomUUID()}`;
    const { body, text } = await post(`${v1}/webhooks`, key, goodBodies['createWebhook']);
    expect(body.secret).toMatch(/^whsec_/);
    expect((await post(`${v1}/webhooks`, key, goodBodies['createWebhook'])).text).toBe(text);
    const rows = await readRows(key);
    expect(rows).toHaveLength(1);
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual(
      ['PK', 'SK', 'answer', 'claim_id', 'claimed_at', 'expires_at', 'request_hash', 'v'].sort(),
    );
    const stored = JSON.stringify(rows);
    for (const hidden of [String(body.secret), String(body.id), key]) expect(stored).not.toContain(hidden);
  });

  it('claimed by a function that crashed is free again after half a minute', async () => {
    const key = randomUUID();
    // Key of the API, count of the POST, claim: and no more.
    stack.local.crash('api-calendars', 3);
    const dead = await fetch(`${stack.local.url}${v1}/calendars`, {
      method: 'POST',
      headers: {
        authorization: `Token ${stack.local.apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(calendar),
    });
    expect(dead.status).toBe(500);
    expect(await readRows(key)).toMatchObject([{ claimed_at: expect.any(Number) }]);
    expect((await post(`${v1}/calendars`, key, calendar)).status).toBe(409);
    stack.local.advanceClock(30_000);
    expect((await post(`${v1}/calendars`, key, calendar)).status).toBe(201);
  });

  it('expires after a day, together with its row', async () => {
    const key = randomUUID();
    const first = await post(`${v1}/calendars`, key, calendar);
    stack.local.advanceClock(86_400_000 - 60_000);
    expect((await post(`${v1}/calendars`, key, calendar)).body).toEqual(first.body);
    stack.local.advanceClock(62_000);
    const second = await post(`${v1}/calendars`, key, calendar);
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
    expect(isReplayed(second)).toBe(false);
    stack.local.advanceClock(86_400_000 + 2_000);
    await stack.local.tick();
    expect(await readRows(key)).toEqual([]);
  });

  const readRows = async (key: string): Promise<Record<string, unknown>[]> => {
    const { Items = [] } = await stack.table.client.send(
      new QueryCommand({
        TableName: stack.table.name,
        KeyConditionExpression: 'PK = :pk',
        ExpressionAttributeValues: { ':pk': `IDEMPOTENCY#${stack.local.projectId}#${hashKey(key)}` },
        ConsistentRead: true,
      }),
    );
    return Items;
  };
});
