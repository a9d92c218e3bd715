import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomId } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import type { Table } from '../../../shared/store/table.ts';
import type { Webhook } from '../../../shared/webhooks/endpoint.ts';
import {
  deactivateWebhook,
  deleteWebhook,
  findWebhook,
  insertWebhook,
  listWebhooks,
  replaceWebhook,
} from '../../../shared/webhooks/endpoint-store.ts';
import { openPlainTable } from '../../support/open-plain-table.ts';
import { createTestWebhook } from '../../support/webhook-fixtures.ts';

let table: Table;
beforeAll(async () => {
  table = await openPlainTable();
});
afterAll(() => table?.client.destroy());

const millis = Date.parse('2026-11-21T09:00:00Z');
const created = (project_id: string, second: number) =>
  createTestWebhook({ id: randomId('webhook'), project_id, created_at: timestampOf(millis + second * 1000, 1) });

describe('the store of webhook endpoints', () => {
  it('gives back what was inserted, to its project alone', async () => {
    const [project, other] = [randomId('proj'), randomId('proj')];
    const webhook = created(project, 0);
    await insertWebhook(table, webhook);
    expect(await findWebhook(table, project, webhook.id)).toEqual(webhook);
    expect(await findWebhook(table, other, webhook.id)).toBeNull();
    expect(await listWebhooks(table, other)).toEqual([]);
  });

  it('lists newest first', async () => {
    const project = randomId('proj');
    const oldestFirst = [0, 1, 2, 3].map((second) => created(project, second));
    await Promise.all(oldestFirst.map((webhook) => insertWebhook(table, webhook)));
    expect(await listWebhooks(table, project)).toEqual(oldestFirst.toReversed());
  });

  it('does not overwrite an endpoint', async () => {
    const webhook = created(randomId('proj'), 0);
    await insertWebhook(table, webhook);
    await expect(insertWebhook(table, { ...webhook, url: 'https://other.example/' })).rejects.toThrow(
      'The conditional request failed',
    );
    expect(await findWebhook(table, webhook.project_id, webhook.id)).toEqual(webhook);
  });

  it('deletes for the owning project alone, and once', async () => {
    const webhook = created(randomId('proj'), 0);
    await insertWebhook(table, webhook);
    const at = timestampOf(millis);
    expect(await deleteWebhook(table, { ...webhook, project_id: randomId('proj') }, at, at)).toBe(false);
    expect(await deleteWebhook(table, webhook, at, at)).toBe(true);
    expect(await deleteWebhook(table, webhook, at, at)).toBe(false);
    expect(await findWebhook(table, webhook.project_id, webhook.id)).toBeNull();
  });

  it.each(['', 'webhook_', `webhook_${'A'.repeat(3000)}`, '../PROJECT', 'webhook_AAAAAAAAAAAAAAA\0'])(
    'has nothing under the id %j',
    async (id) => {
      expect(await findWebhook(table, 'proj_1', id)).toBeNull();
    },
  );

  it('deactivates an endpoint and keeps the reason', async () => {
    const webhook = created(randomId('proj'), 0);
    await insertWebhook(table, webhook);
    const at = timestampOf(millis + 60_000, 7);
    expect(await deactivateWebhook(table, webhook, 'gone', at)).toBe(true);
    expect(await deactivateWebhook(table, webhook, 'gone', at)).toBe(false);
    expect(await findWebhook(table, webhook.project_id, webhook.id)).toEqual({
      ...webhook,
      is_active: false,
      inactive_reason: 'gone',
      inactive_since: at,
      updated_at: at,
    });
  });

  it('neither revives a deleted endpoint nor stops one that was pointed elsewhere meanwhile', async () => {
    const deleted = created(randomId('proj'), 0);
    await deactivateWebhook(table, deleted, 'gone', timestampOf(millis));
    expect(await findWebhook(table, deleted.project_id, deleted.id)).toBeNull();

    const moved = created(randomId('proj'), 0);
    await insertWebhook(table, { ...moved, url: 'https://elsewhere.example/' });
    await deactivateWebhook(table, moved, 'gone', timestampOf(millis));
    expect(await findWebhook(table, moved.project_id, moved.id)).toMatchObject({ is_active: true });
  });

  it('replaces an endpoint only as it was read', async () => {
    const webhook = created(randomId('proj'), 0);
    await insertWebhook(table, webhook);
    const next = { ...webhook, is_active: false, updated_at: timestampOf(millis + 60_000) };
    expect(await replaceWebhook(table, next, webhook.updated_at)).toBe(true);
    expect(await replaceWebhook(table, { ...next, url: 'https://late.example/' }, webhook.updated_at)).toBe(false);
    expect(await findWebhook(table, webhook.project_id, webhook.id)).toEqual(next);
  });

  it('reads endpoints that were stored before they told since when they are inactive', async () => {
    const { inactive_since: _since, ...old } = created(randomId('proj'), 0);
    await insertWebhook(table, old as Webhook);
    expect(await findWebhook(table, old.project_id, old.id)).toEqual({ ...old, inactive_since: null });
  });
});
