import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { webhookTriggers } from '../domain/fact.ts';
import type { Timestamp } from '../domain/timestamp.ts';
import { type InactiveReason, inactiveReasons, type Webhook } from '../domain/webhook.ts';
import { storedTimestamp } from './stored-timestamp.ts';
import type { Table } from './table.ts';

const prefix = 'WEBHOOK#';
const partition = (projectId: string): string => `PROJECT#${projectId}`;
const webhookKey = (projectId: string, id: string) => ({ PK: partition(projectId), SK: `${prefix}${id}` });

/** Ids come from addresses; a key of another form cannot exist, and one too long for DynamoDB must not reach it. */
const idPattern = /^webhook_[A-Za-z0-9]{16}$/;

const webhookSchema: z.ZodType<Webhook> = z.object({
  id: z.string(),
  project_id: z.string(),
  url: z.string(),
  triggers: z.array(z.enum(webhookTriggers)),
  is_active: z.boolean(),
  inactive_reason: z.enum(inactiveReasons).nullable(),
  secrets: z.array(z.object({ sealed: z.string() })).min(1),
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
  if (!idPattern.test(id)) return null;
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: webhookKey(projectId, id), ConsistentRead: true }),
  );
  return Item ? webhookSchema.parse(Item) : null;
}

/** @returns false when the project has no such endpoint */
export async function deleteWebhook(table: Table, projectId: string, id: string): Promise<boolean> {
  if (!idPattern.test(id)) return false;
  const { Attributes } = await table.client.send(
    new DeleteCommand({ TableName: table.name, Key: webhookKey(projectId, id), ReturnValues: 'ALL_OLD' }),
  );
  return Attributes !== undefined;
}

/** Stops an endpoint and keeps the reason; one that was deleted or pointed elsewhere meanwhile stays as it is. */
export async function deactivateWebhook(
  table: Table,
  { project_id, id, url }: Webhook,
  reason: InactiveReason,
  at: Timestamp,
): Promise<void> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: webhookKey(project_id, id),
        UpdateExpression: 'SET is_active = :false, inactive_reason = :reason, updated_at = :at',
        ConditionExpression: '#url = :url AND is_active = :true',
        ExpressionAttributeNames: { '#url': 'url' },
        ExpressionAttributeValues: { ':false': false, ':true': true, ':reason': reason, ':at': at, ':url': url },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
