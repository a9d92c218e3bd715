import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { isId } from '../platform/ids.ts';
import { millisOf, type Timestamp } from '../platform/timestamp.ts';
import { absent, all, equals, exists } from '../store/expression.ts';
import { queryRows } from '../store/query-rows.ts';
import { readableRows } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/transaction.ts';
import { putRow, updateRow } from '../store/write-row.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import type { InactiveReason, Webhook } from './endpoint.ts';
import { webhookKey, webhookPartition, webhookPrefix, webhookRow } from './endpoint-row.ts';
import { trafficKey, trafficRow } from './endpoint-traffic-row.ts';

const itemOf = (webhook: Webhook): Record<string, unknown> => ({
  ...webhookKey(webhook.project_id, webhook.id),
  ...webhookRow.write(webhook),
});

/** @throws when the project has an endpoint of that id */
export async function insertWebhook(table: Table, webhook: Webhook): Promise<void> {
  if (!(await putRow(table, itemOf(webhook), absent()))) throw new Error(`${webhook.id} exists already`);
}

/**
 * Every endpoint of a project, newest first.
 *
 * @param options `isConsistent` false reads at half the price: a change of the last moment may be missing
 */
export async function listWebhooks(
  table: Table,
  projectId: string,
  options: { isConsistent?: boolean } = {},
): Promise<Webhook[]> {
  const rows = await queryRows(table, webhookPartition(projectId), webhookPrefix, options);
  const position = ({ created_at, id }: Webhook): string => `${created_at}#${id}`;
  return readableRows(table, rows, webhookRow.read).sort((a, b) => (position(a) < position(b) ? 1 : -1));
}

/** One read. @returns null when there is none, or it belongs to another project */
export async function findWebhook(table: Table, projectId: string, id: string): Promise<Webhook | null> {
  if (!isId('webhook', id)) return null;
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: webhookKey(projectId, id), ConsistentRead: true }),
  );
  return Item ? webhookRow.read(Item) : null;
}

/**
 * Stores a changed endpoint.
 *
 * @param seen its `updated_at` when it was read
 * @returns false when it was changed or deleted since then
 */
export const replaceWebhook = (table: Table, webhook: Webhook, seen: Timestamp): Promise<boolean> =>
  putRow(table, itemOf(webhook), equals('updated_at', seen));

/**
 * Deletes an endpoint. Its traffic row stays as the timer of the purge, which removes the deliveries and then itself.
 *
 * @returns false when the endpoint was deleted already
 */
export async function deleteWebhook(
  table: Table,
  { project_id, id }: Webhook,
  at: Timestamp,
  purgeDueAt: Timestamp,
): Promise<boolean> {
  const refused = await transact(table, {
    endpoint: { delete: webhookKey(project_id, id), when: exists() },
    purge: {
      put: {
        ...trafficKey(id),
        ...trafficRow.write({ deleted_at: millisOf(at) }),
        ...timerAttributes('delivery', id, purgeDueAt, project_id),
      },
    },
  });
  return refused.length === 0;
}

/**
 * Disables an endpoint that still has the URL it had when the attempt began.
 *
 * @returns false when it was inactive already, deleted, or its URL changed
 */
export async function disableWebhook(
  table: Table,
  { project_id, id, url }: Webhook,
  reason: InactiveReason,
  at: Timestamp,
): Promise<boolean> {
  const { done } = await updateRow(table, webhookKey(project_id, id), {
    set: { is_active: false, inactive_reason: reason, inactive_since: at, updated_at: at },
    when: all(equals('url', url), equals('is_active', true)),
  });
  return done;
}
