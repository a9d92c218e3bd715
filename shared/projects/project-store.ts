import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { ProjectId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { queryRows } from '../store/query-rows.ts';
import { readableRows } from '../store/readable-rows.ts';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/transaction.ts';
import { type ApiKey, apiKeySchema, type Project, projectSchema } from './project.ts';

const projectRow = defineRow('project', 1, projectSchema);
const keyRow = defineRow('API key', 1, apiKeySchema);

const projectPartition = (projectId: string): string => `PROJECT#${projectId}`;
/** The partition from which projects are listed; only the operator's CLI reads it. */
const projectsPartition = 'PROJECTS';
const keyByHash = (hash: string) => ({ PK: `API_KEY#${hash}`, SK: 'API_KEY' });
const keyOfProject = (projectId: string, keyId: string) => ({ PK: projectPartition(projectId), SK: `KEY#${keyId}` });

/** One request. @param hash SHA-256 of a key's text, in hex @returns the project of an enabled key, or null */
export async function findProjectByKeyHash(table: Table, hash: string): Promise<ProjectId | null> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: keyByHash(hash) }));
  const key = Item && keyRow.read(Item);
  return key && !key.disabled ? key.project_id : null;
}

/** When a project was created. One eventually consistent read. @returns null when it is not known */
export async function findProjectCreation(table: Table, projectId: string): Promise<Timestamp | null> {
  const Key = { PK: projectPartition(projectId), SK: 'PROJECT' };
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key }));
  return Item ? projectRow.read(Item).created_at : null;
}

/** Stores a project, and its row in the list of projects. */
export async function insertProject(table: Table, project: Project): Promise<void> {
  const attributes = projectRow.write(project);
  await transact(table, {
    project: { put: { PK: projectPartition(project.id), SK: 'PROJECT', ...attributes } },
    listed: { put: { PK: projectsPartition, SK: project.id, ...attributes } },
  });
}

/** Stores a key twice: under its hash, which requests look up, and under its project, which lists it. */
export async function insertApiKey(table: Table, key: ApiKey): Promise<void> {
  const attributes = keyRow.write(key);
  await transact(table, {
    byHash: { put: { ...keyByHash(key.hash), ...attributes } },
    listed: { put: { ...keyOfProject(key.project_id, key.id), ...attributes } },
  });
}

export const listProjects = async (table: Table): Promise<Project[]> =>
  readableRows(table, await queryRows(table, projectsPartition), projectRow.read);

export const listApiKeys = async (table: Table, projectId: string): Promise<ApiKey[]> =>
  readableRows(table, await queryRows(table, projectPartition(projectId), 'KEY#'), keyRow.read);

/** Disables a key for good: requests with it fail from now on. @returns false when the project has no such key */
export async function revokeApiKey(table: Table, projectId: string, keyId: string): Promise<boolean> {
  const listed = keyOfProject(projectId, keyId);
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: listed }));
  if (!Item) return false;
  const change = { set: keyRow.writeFields({ disabled: true }) };
  await transact(table, {
    listed: { update: listed, change },
    byHash: { update: keyByHash(keyRow.read(Item).hash), change },
  });
  return true;
}
