import { describe, expect, it } from 'vitest';
import type { WebhookId } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { newDelivery } from '../../../shared/webhooks/delivery.ts';
import { insertDelivery } from '../../../shared/webhooks/delivery-store.ts';
import type { ApiAnswer } from '../../support/api-client.ts';
import { useApiClient, useStack } from '../../support/use-stack.ts';
import { createNotification } from '../../support/webhook-fixtures.ts';

const v1 = '/api/v1';
const absentId = 'webhook_AAAAAAAAAAAAAAAA';
const absent = { error: 'Webhook not found' };

const stack = useStack();
const api = useApiClient(stack);

interface Endpoint {
  id: WebhookId;
  secret: string;
  updated_at: string;
}

/** Nobody listens there, and what is sent fails at once. */
const url = 'http://127.0.0.1:9/hook';
const add = async (given: object = {}): Promise<Endpoint> => {
  const json = { url, triggers: ['calendar.events_update'], ...given };
  const { status, body } = await api.call<Endpoint>('POST', `${v1}/webhooks`, { json });
  expect(status).toBe(201);
  return body;
};
const call = async (method: string, path: string, json?: unknown) => {
  const { status, body } = await api.call(method, `${v1}${path}`, json === undefined ? {} : { json });
  return { status, body };
};

describe('a webhook endpoint', () => {
  it('is changed field by field, and shows since when it is inactive', async () => {
    const { id, secret } = await add();
    api.forbid(secret);
    const changed = await call('PATCH', `/webhooks/${id}`, { triggers: ['calendar.state_change'] });
    expect(changed).toMatchObject({ status: 200, body: { url, triggers: ['calendar.state_change'], is_active: true } });
    const off = await call('PATCH', `/webhooks/${id}`, { is_active: false });
    expect(off.body).toMatchObject({ is_active: false, inactive_reason: null });
    expect(off.body.inactive_since).toMatch(/^\d{4}-.*Z$/);
    expect(await call('GET', `/webhooks/${id}`)).toEqual(off);
    const on = await call('PATCH', `/webhooks/${id}`, { url: 'http://127.0.0.1:9/other', is_active: true });
    expect(on.body).toMatchObject({ url: 'http://127.0.0.1:9/other', is_active: true, inactive_since: null });
    expect(String(on.body.updated_at) > String(changed.body.updated_at)).toBe(true);
    expect((await call('PATCH', `/webhooks/${id}`, {})).status).toBe(200);
  });

  it('takes wildcards as triggers and is narrowed by a filter, until that is removed', async () => {
    const { id } = await add();
    const set = async (json: object) => (await call('PATCH', `/webhooks/${id}`, json)).body;
    const filter = { calendar_ids: ['cal_AAAAAAAAAAAAAAAA'], metadata: { tenant: 'Zoë' } };
    const triggers = ['bot.*', 'calendar.state_change', '*'];
    expect(await set({ triggers, filter })).toMatchObject({ triggers, filter });
    expect(await set({ is_active: true })).toMatchObject({ filter });
    expect(await set({ filter: { metadata: { a: 'b' } } })).toMatchObject({ filter: { metadata: { a: 'b' } } });
    expect(await set({ filter: null })).toMatchObject({ filter: null });
    expect(await set({ filter: {} })).toMatchObject({ filter: null });
    for (const [wrong, text] of [
      [[], 'Filter must be an object.'],
      [{ calendars: ['x'] }, "Unexpected key 'calendars' in filter."],
      [{ calendar_ids: [] }, 'calendar_ids: This list may not be empty.'],
      [{ metadata: { a: 1 } }, "metadata: Value for key 'a' must be a string"],
    ] as const) {
      expect(await set({ filter: wrong })).toEqual({ filter: [text] });
    }
  });

  it.each([
    [{ url: null }, { url: ['This field may not be null.'] }],
    [
      { url: 'http://example.com/', triggers: [], is_active: 1 },
      {
        url: ['The URL must start with https://.'],
        triggers: ['This list may not be empty.'],
        is_active: ['Must be a valid boolean.'],
      },
    ],
    [{ triggers: ['webhook.test'] }, { triggers: ['"webhook.test" is not a valid choice.'] }],
    [
      { secret: 'whsec_AAAA' },
      {
        non_field_errors: [
          'Unexpected field(s): secret. Allowed fields are: filter, is_active, offsets_minutes, triggers, url',
        ],
      },
    ],
  ])('is not changed by %j', async (json, errors) => {
    const { id } = await add();
    const before = await call('GET', `/webhooks/${id}`);
    const { status, body } = await call('PATCH', `/webhooks/${id}`, json);
    expect({ status, body: Object.fromEntries(Object.entries(body).filter(([name]) => name in errors)) }).toMatchObject(
      {
        status: 400,
        body: Object.fromEntries(
          Object.entries(errors).map(([name, texts]) => [name, expect.arrayContaining(texts) as string[]]),
        ),
      },
    );
    expect(await call('GET', `/webhooks/${id}`)).toEqual(before);
  });

  it('that does not exist is 404 before the body is checked', async () => {
    for (const [method, path, json] of [
      ['GET', '', undefined],
      ['PATCH', '', { url: 5 }],
      ['DELETE', '', undefined],
      ['POST', '/rotate_secret', { a: 1 }],
      ['POST', '/test', { a: 1 }],
      ['GET', '/deliveries', undefined],
      ['POST', '/deliveries/delivery_AAAAAAAAAAAAAAAA/redeliver', { a: 1 }],
      ['POST', '/replay', {}],
    ] as const) {
      expect(await call(method, `/webhooks/${absentId}${path}`, json)).toEqual({ status: 404, body: absent });
    }
  });

  it('gets a new secret that is shown once', async () => {
    const { id, secret } = await add();
    const rotated = await call('POST', `/webhooks/${id}/rotate_secret`);
    expect(rotated).toMatchObject({ status: 200, body: { id, secret: expect.stringMatching(/^whsec_/) as string } });
    expect(rotated.body.secret).not.toBe(secret);
    api.forbid(secret, String(rotated.body.secret));
    expect((await call('GET', `/webhooks/${id}`)).body).not.toHaveProperty('secret');
    expect(rotated.body.signing_key).toBe(String(rotated.body.secret).replace('whsec_', ''));
    const noFields = { non_field_errors: ['Unexpected field(s): a. Allowed fields are: none'] };
    const otherFields = { non_field_errors: ['Unexpected field(s): a. Allowed fields are: retire_old'] };
    expect(await call('POST', `/webhooks/${id}/rotate_secret`, { a: 1 })).toEqual({ status: 400, body: otherFields });
    const later = { retire_old: ['"later" is not a valid choice.'] };
    expect(await call('POST', `/webhooks/${id}/rotate_secret`, { retire_old: 'later' })).toEqual({
      status: 400,
      body: later,
    });
    expect((await call('POST', `/webhooks/${id}/rotate_secret`, { retire_old: 'now' })).status).toBe(200);
    expect(await call('POST', `/webhooks/${id}/test`, { a: 1 })).toEqual({ status: 400, body: noFields });
  });
});

interface DeliveryPage {
  next: string | null;
  previous: string | null;
  results: { id: string }[];
}

describe('webhook deliveries', () => {
  /** Sixty that were made one second after another, newest first. */
  const seed = async (webhookId: WebhookId): Promise<string[]> => {
    const start = Date.parse('2026-05-01T00:00:00Z');
    const made = Array.from({ length: 60 }, (_, index) => {
      const { payload } = createNotification({ idempotency_key: `key-${index}`, calendar_id: 'cal_AAAAAAAAAAAAAAAA' });
      // Some at the same instant.
      const at = timestampOf(start + Math.floor(index / 3) * 1000);
      const delivery = newDelivery({ id: webhookId, project_id: stack.local.projectId }, payload, at, 3650);
      const status = index % 2 === 0 ? ('delivered' as const) : ('exhausted' as const);
      return { ...delivery, status, next_attempt_at: null };
    });
    await Promise.all(made.map((delivery) => insertDelivery(stack.table, delivery, null)));
    return made.sort((a, b) => (`${a.created_at}#${a.id}` < `${b.created_at}#${b.id}` ? 1 : -1)).map(({ id }) => id);
  };
  const walk = async (first: string) => {
    const pages: string[][] = [];
    let last = '';
    for (let next: string | null = `${stack.local.url}${v1}${first}`; next !== null; ) {
      const { status, body }: ApiAnswer<DeliveryPage> = await api.call<DeliveryPage>('GET', next);
      expect(status).toBe(200);
      pages.push(body.results.map(({ id }) => id));
      last = body.previous ?? '';
      next = body.next;
    }
    return { pages, last };
  };

  it('are listed newest first, each once, page by page, forward and back', async () => {
    const { id } = await add();
    const ids = await seed(id);
    const { pages, last } = await walk(`/webhooks/${id}/deliveries`);
    expect(pages.map((page) => page.length)).toEqual([25, 25, 10]);
    expect(pages.flat()).toEqual(ids);
    const { body } = await api.call<{ results: { id: string }[] }>('GET', last);
    expect(body.results.map((delivery) => delivery.id)).toEqual(pages[1]);
  });

  it('can be filtered by status', async () => {
    const { id } = await add();
    await seed(id);
    const { pages } = await walk(`/webhooks/${id}/deliveries?status=exhausted`);
    expect(pages.map((page) => page.length)).toEqual([25, 5]);
    expect((await walk(`/webhooks/${id}/deliveries?status=pending`)).pages.flat()).toEqual([]);
    expect(await call('GET', `/webhooks/${id}/deliveries?status=lost`)).toEqual({
      status: 400,
      body: { error: 'Invalid status. Allowed values: pending, delivered, failed, exhausted, skipped' },
    });
  });

  it('refuse a cursor of another endpoint or filter', async () => {
    const [one, two] = [await add(), await add()];
    await seed(one.id);
    const { body } = await api.call<{ next: string }>('GET', `${v1}/webhooks/${one.id}/deliveries`);
    const cursor = new URL(body.next).search;
    for (const path of [`${two.id}/deliveries${cursor}`, `${one.id}/deliveries${cursor}&status=failed`]) {
      expect(await call('GET', `/webhooks/${path}`)).toEqual({ status: 404, body: { detail: 'Invalid cursor' } });
    }
  });

  it('are redelivered only when they exist and their endpoint is active', async () => {
    const { id } = await add();
    const other = await add();
    const tested = await call('POST', `/webhooks/${id}/test`);
    expect(tested.body).toMatchObject({
      trigger: 'webhook.test',
      calendar_id: null,
      bot_id: null,
      status: 'pending',
      attempts: [],
      payload: { calendar_id: null, trigger: 'webhook.test', data: { state: 'connected' } },
    });
    const redeliver = `/deliveries/${String(tested.body.id)}/redeliver`;
    const none = { status: 404, body: { error: 'Delivery not found' } };
    expect(await call('POST', `/webhooks/${other.id}${redeliver}`)).toEqual(none);
    expect(await call('POST', `/webhooks/${id}/deliveries/${'x'.repeat(3000)}/redeliver`)).toEqual(none);
    expect((await call('POST', `/webhooks/${id}${redeliver}`)).status).toBe(202);
    await call('PATCH', `/webhooks/${id}`, { is_active: false });
    const inactive = { status: 400, body: { error: 'The webhook is not active.' } };
    expect(await call('POST', `/webhooks/${id}${redeliver}`)).toEqual(inactive);
    expect(await call('POST', `/webhooks/${id}/test`)).toEqual(inactive);
    expect(await call('POST', `/webhooks/${id}/replay`, { since: '2026-01-01', only: 'failed' })).toEqual(inactive);
  });

  it.each([
    [{}, { since: ['This field is required.'], only: ['This field is required.'] }],
    [
      { since: null, only: null },
      { since: ['This field may not be null.'], only: ['This field may not be null.'] },
    ],
    [
      { since: 'yesterday', only: 'all' },
      {
        since: ['Invalid since format. Use ISO 8601 format (e.g., 2025-01-13T10:30:00Z)'],
        only: ['"all" is not a valid choice.'],
      },
    ],
    [{ since: '', only: 'failed' }, { since: ['This field may not be blank.'] }],
    [{ since: true, only: 'failed' }, { since: ['Not a valid string.'] }],
    [
      { since: '2026-01-01', only: 'failed', until: '2026-01-02' },
      { non_field_errors: ['Unexpected field(s): until. Allowed fields are: only, since'] },
    ],
  ])('are not replayed for %j', async (json, errors) => {
    const { id } = await add();
    expect(await call('POST', `/webhooks/${id}/replay`, json)).toEqual({ status: 400, body: errors });
  });

  it.each(['2026-05-01T00:00:10Z', '2026-05-01 00:00:10', '2026-05-01T02:00:10+0200'])(
    'are replayed from %s on, that instant included',
    async (since) => {
      const { id } = await add();
      await seed(id);
      // Of the 60, those of 10 s to 19 s are 30, of which half were not delivered; none of them was attempted.
      expect(await call('POST', `/webhooks/${id}/replay`, { since, only: 'failed' })).toEqual({
        status: 202,
        body: { replayed: 0, is_complete: true },
      });
      expect(await call('POST', `/webhooks/${id}/replay`, { since, only: 'missing' })).toEqual({
        status: 202,
        body: { replayed: 15, is_complete: true },
      });
    },
  );
});
