import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomId } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import type { Table } from '../../../shared/store/table.ts';
import { webhookKey } from '../../../shared/webhooks/endpoint-row.ts';
import {
  deleteWebhook,
  disableWebhook,
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
  it('finds an inserted endpoint for its own project only', async () => {
    const [project, other] = [randomId('proj'), randomId('proj')];
    const webhook = created(project, 0);
    await insertWebhook(table, webhook);
    expect(await findWebhook(table, project, webhook.id)).toEqual(webhook);
    expect(await findWebhook(table, other, webhook.id)).toBeNull();
    expect(await listWebhooks(table, other)).toEqual([]);
  });

  it('lists the endpoints of a project newest first', async () => {
    const project = randomId('proj');
    const oldestFirst = [0, 1, 2, 3].map((second) => created(project, second));
    await Promise.all(oldestFirst.map((webhook) => insertWebhook(table, webhook)));
    expect(await listWebhooks(table, project)).toEqual(oldestFirst.toReversed());
  });

  it('refuses to insert an endpoint over another one of the same id', async () => {
    const webhook = created(randomId('proj'), 0);
    await insertWebhook(table, webhook);
    await expect(insertWebhook(table, { ...webhook, url: 'https://other.example/' })).rejects.toThrow(
      `${webhook.id} exists already`,
    );
    expect(await findWebhook(table, webhook.project_id, webhook.id)).toEqual(webhook);
  });

  it('deletes an endpoint once, and for its own project only', async () => {
    const webhook = created(randomId('proj'), 0);
    await insertWebhook(table, webhook);
    const at = timestampOf(millis);
    expect(await deleteWebhook(table, { ...webhook, project_id: randomId('proj') }, at, at)).toBe(false);
    expect(await deleteWebhook(table, webhook, at, at)).toBe(true);
    expect(await deleteWebhook(table, webhook, at, at)).toBe(false);
    expect(await findWebhook(table, webhook.project_id, webhook.id)).toBeNull();
  });

  it.each(['', 'webhook_', `webhook_${'A'.repeat(3000)}`, '../PROJECT', 'webhook_AAAAAAAAAAAAAAA\0'])(
    'finds nothing under the id %j',
    async (id) => {
      expect(await findWebhook(table, 'proj_1', id)).toBeNull();
    },
  );

  it('disables an active endpoint once, with the reason', async () => {
    const webhook = created(randomId('proj'), 0);
    await insertWebhook(table, webhook);
    const at = timestampOf(millis + 60_000, 7);
    expect(await disableWebhook(table, webhook, 'gone', at)).toBe(true);
    expect(await disableWebhook(table, webhook, 'gone', at)).toBe(false);
    expect(await findWebhook(table, webhook.project_id, webhook.id)).toEqual({
      ...webhook,
      is_active: false,
      inactive_reason: 'gone',
      inactive_since: at,
      updated_at: at,
    });
  });

  it('neither stores a deleted endpoint again nor disables one whose URL changed during the attempt', async () => {
    const deleted = created(randomId('proj'), 0);
    await disableWebhook(table, deleted, 'gone', timestampOf(millis));
    expect(await findWebhook(table, deleted.project_id, deleted.id)).toBeNull();

    const moved = created(randomId('proj'), 0);
    await insertWebhook(table, { ...moved, url: 'https://elsewhere.example/' });
    await disableWebhook(table, moved, 'gone', timestampOf(millis));
    expect(await findWebhook(table, moved.project_id, moved.id)).toMatchObject({ is_active: true });
  });

  it('replaces an endpoint unless it was changed since it was read', async () => {
    const webhook = created(randomId('proj'), 0);
    await insertWebhook(table, webhook);
    const next = { ...webhook, is_active: false, updated_at: timestampOf(millis + 60_000) };
    expect(await replaceWebhook(table, next, webhook.updated_at)).toBe(true);
    expect(await replaceWebhook(table, { ...next, url: 'https://late.example/' }, webhook.updated_at)).toBe(false);
    expect(await findWebhook(table, webhook.project_id, webhook.id)).toEqual(next);
  });

  it('reads an endpoint that was stored before `inactive_since` existed', async () => {
    const { inactive_since: _since, ...old } = created(randomId('proj'), 0);
    await table.client.send(
      new PutCommand({ TableName: table.name, Item: { ...webhookKey(old.project_id, old.id), ...old } }),
    );
    expect(await findWebhook(table, old.project_id, old.id)).toEqual({ ...old, inactive_since: null });
  });
});
