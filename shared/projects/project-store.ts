import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Timestamp } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';

export interface Project {
  id: string;
  name: string;
  created_at: Timestamp;
}

export interface ApiKey {
  id: string;
  project_id: string;
  name: string;
  created_at: Timestamp;
  disabled: boolean;
}

import { storedTimestamp } from '../store/stored-values.ts';

const projectSchema = z.object({ id: z.string(), name: z.string(), created_at: storedTimestamp });
const keySchema = z.object({
  id: z.string(),
  project_id: z.string(),
  name: z.string(),
  created_at: storedTimestamp,
  disabled: z.boolean(),
  hash: z.string(),
});

const apiKeyKey = (hash: string) => ({ PK: `API_KEY#${hash}`, SK: 'API_KEY' });
const projectPartition = (projectId: string): string => `PROJECT#${projectId}`;

/** Project of an enabled key. One read. @param hash SHA-256 of the key, hex; keys themselves are nowhere stored */
export async function findProjectByKeyHash(table: Table, hash: string): Promise<string | null> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: apiKeyKey(hash) }));
  const key = keySchema.safeParse(Item).data;
  return key && !key.disabled ? key.project_id : null;
}

/** Stores a project; projects are listed from a partition of their own, which only the operator's CLI reads. */
export async function putProject(table: Table, project: Project): Promise<void> {
  await table.client.send(
    new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName: table.name, Item: { PK: projectPartition(project.id), SK: 'PROJECT', ...project } } },
        { Put: { TableName: table.name, Item: { PK: 'PROJECTS', SK: project.id, ...project } } },
      ],
    }),
  );
}

/** Stores a key under its hash, for requests, and under its project, for listing. */
export async function putApiKey(table: Table, key: ApiKey, hash: string): Promise<void> {
  const item = { ...key, hash };
  await table.client.send(
    new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName: table.name, Item: { ...apiKeyKey(hash), ...item } } },
        {
          Put: { TableName: table.name, Item: { PK: projectPartition(key.project_id), SK: `KEY#${key.id}`, ...item } },
        },
      ],
    }),
  );
}

export async function listProjects(table: Table): Promise<Project[]> {
  return z.array(projectSchema).parse(await queryAll(table, 'PROJECTS', ''));
}

export async function listApiKeys(table: Table, projectId: string): Promise<ApiKey[]> {
  const items = z.array(keySchema).parse(await queryAll(table, projectPartition(projectId), 'KEY#'));
  return items.map(({ hash: _hash, ...key }) => key);
}

/** Disables a key for good; requests with it fail from now on. @returns false when the project has no such key */
export async function revokeApiKey(table: Table, projectId: string, keyId: string): Promise<boolean> {
  const listKey = { PK: projectPartition(projectId), SK: `KEY#${keyId}` };
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: listKey }));
  const key = keySchema.safeParse(Item).data;
  if (!key) return false;
  const disable = (Key: { PK: string; SK: string }) => ({
    Update: {
      TableName: table.name,
      Key,
      UpdateExpression: 'SET disabled = :true',
      ExpressionAttributeValues: { ':true': true },
    },
  });
  await table.client.send(
    new TransactWriteCommand({ TransactItems: [disable(listKey), disable(apiKeyKey(key.hash))] }),
  );
  return true;
}

async function queryAll(table: Table, partition: string, prefix: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: prefix ? 'PK = :pk AND begins_with(SK, :prefix)' : 'PK = :pk',
        ExpressionAttributeValues: { ':pk': partition, ...(prefix && { ':prefix': prefix }) },
        ExclusiveStartKey,
      }),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}
