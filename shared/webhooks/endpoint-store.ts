import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { webhookTriggers } from '../notifications/notification.ts';
import { isId } from '../platform/ids.ts';
import { millisOf, type Timestamp } from '../platform/timestamp.ts';
import { isConditionFailure } from '../store/condition-failure.ts';
import { retryConflict } from '../store/retry-conflict.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import { gateKey } from './breaker-row-store.ts';
import { type InactiveReason, inactiveReasons, type Webhook } from './endpoint.ts';

const prefix = 'WEBHOOK#';
const partition = (projectId: string): string => `PROJECT#${projectId}`;
const webhookKey = (projectId: string, id: string) => ({ PK: partition(projectId), SK: `${prefix}${id}` });

const webhookSchema: z.ZodType<Webhook> = z.object({
  id: z.string(),
  project_id: z.string(),
  url: z.string(),
  triggers: z.array(z.enum(webhookTriggers)),
  is_active: z.boolean(),
  inactive_reason: z.enum(inactiveReasons).nullable(),
  inactive_since: storedTimestamp.nullable().default(null),
  secrets: z.array(z.object({ sealed: z.string(), retires_at: storedTimestamp.optional() })).min(1),
  created_at: storedTimestamp,
  updated_at: storedTimestamp,
});

export async function insertWebhook(table: Table, webhook: Webhook): Promise<void> {
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: { ...webhookKey(webhook.project_id, webhook.id), ...webhook },
      ConditionExpression: 'attribute_not_exists(PK)',
    }),
  );
}

/** Every endpoint of a project, newest first: one query, consistent, so that an endpoint hears all after its creation. */
export async function listWebhooks(table: Table, projectId: string): Promise<Webhook[]> {
  const items: unknown[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'PK = :pk AND begins_with(SK, :prefix)',
        ExpressionAttributeValues: { ':pk': partition(projectId), ':prefix': prefix },
        ConsistentRead: true,
        ExclusiveStartKey,
      }),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  const position = ({ created_at, id }: Webhook): string => `${created_at}#${id}`;
  return z
    .array(webhookSchema)
    .parse(items)
    .sort((a, b) => (position(a) < position(b) ? 1 : -1));
}

/** One read. @returns null when it is absent or another project's */
export async function findWebhook(table: Table, projectId: string, id: string): Promise<Webhook | null> {
  if (!isId('webhook', id)) return null;
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: webhookKey(projectId, id), ConsistentRead: true }),
  );
  return Item ? webhookSchema.parse(Item) : null;
}

/**
 * Stores an endpoint in place of what it was made from.
 *
 * @param seen its `updated_at` when it was read
 * @returns false when it was changed or deleted meanwhile
 */
export const replaceWebhook = (table: Table, webhook: Webhook, seen: Timestamp): Promise<boolean> =>
  holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...webhookKey(webhook.project_id, webhook.id), ...webhook },
        ConditionExpression: 'updated_at = :seen',
        ExpressionAttributeValues: { ':seen': seen },
      }),
    ),
  );

/**
 * Removes an endpoint at once. Its gate stays, as what is left to purge, with a timer that purges even if nobody is told.
 *
 * @returns false when someone else deleted it first
 */
export const deleteWebhook = (
  table: Table,
  { project_id, id }: Webhook,
  at: Timestamp,
  purgeDueAt: Timestamp,
): Promise<boolean> => {
  const transaction = new TransactWriteCommand({
    TransactItems: [
      {
        Delete: {
          TableName: table.name,
          Key: webhookKey(project_id, id),
          ConditionExpression: 'attribute_exists(PK)',
        },
      },
      {
        Put: {
          TableName: table.name,
          Item: { ...gateKey(id), deleted_at: millisOf(at), ...timerAttributes('delivery', id, purgeDueAt) },
        },
      },
    ],
  });
  return holds(retryConflict(() => table.client.send(transaction)));
};

/**
 * Stops an endpoint and keeps the reason; one that was deleted or pointed elsewhere meanwhile stays as it is.
 *
 * @returns false when it was stopped already, or stays
 */
export const deactivateWebhook = (
  table: Table,
  { project_id, id, url }: Webhook,
  reason: InactiveReason,
  at: Timestamp,
): Promise<boolean> =>
  holds(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: webhookKey(project_id, id),
        UpdateExpression: 'SET is_active = :false, inactive_reason = :reason, inactive_since = :at, updated_at = :at',
        ConditionExpression: '#url = :url AND is_active = :true',
        ExpressionAttributeNames: { '#url': 'url' },
        ExpressionAttributeValues: { ':false': false, ':true': true, ':reason': reason, ':at': at, ':url': url },
      }),
    ),
  );

/** @returns false when the condition of the write did not hold */
async function holds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}
