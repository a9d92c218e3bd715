import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { isId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { absent, all, differs, equals, exists } from '../store/expression.ts';
import { queryRows } from '../store/query-rows.ts';
import { readableRows } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';
import { deleteRow, putRow, updateRow } from '../store/write-row.ts';
import type { OAuthApp } from './oauth-app.ts';
import { oauthAppKey, oauthAppPartition, oauthAppPrefix, oauthAppRow, oauthAppUsePartition } from './oauth-app-row.ts';

type AppName = Pick<OAuthApp, 'id' | 'project_id'>;

const itemOf = (app: OAuthApp): Record<string, unknown> => ({
  ...oauthAppKey(app.project_id, app.id),
  ...oauthAppRow.write(app),
});

/** @throws when the project has an app of that id */
export async function insertOAuthApp(table: Table, app: OAuthApp): Promise<void> {
  if (!(await putRow(table, itemOf(app), absent()))) throw new Error(`${app.id} exists already`);
}

/** Every app of a project, newest first. */
export async function listOAuthApps(table: Table, projectId: string): Promise<OAuthApp[]> {
  const rows = await queryRows(table, oauthAppPartition(projectId), oauthAppPrefix);
  const position = ({ created_at, id }: OAuthApp): string => `${created_at}#${id}`;
  return readableRows(table, rows, oauthAppRow.read).sort((a, b) => (position(a) < position(b) ? 1 : -1));
}

/** One read. @returns null when there is none, or it belongs to another project */
export async function findOAuthApp(table: Table, projectId: string, id: string): Promise<OAuthApp | null> {
  if (!isId('oapp', id)) return null;
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: oauthAppKey(projectId, id), ConsistentRead: true }),
  );
  return Item ? oauthAppRow.read(Item) : null;
}

/**
 * Stores a changed app.
 *
 * @param seen its `updated_at` when it was read
 * @returns false when it was changed or deleted since then
 */
export const replaceOAuthApp = (table: Table, app: OAuthApp, seen: Timestamp): Promise<boolean> =>
  putRow(table, itemOf(app), equals('updated_at', seen));

/**
 * Deletes an app that no account uses. An account is created on the condition that its app exists, so one that came in
 * between is found by the second look, and the app is put back.
 *
 * @returns `in_use` when an account uses it; `absent` when it was deleted already
 */
export async function deleteOAuthApp(table: Table, app: OAuthApp): Promise<'deleted' | 'in_use' | 'absent'> {
  if (await isUsed(table, app.id)) return 'in_use';
  if (!(await deleteRow(table, oauthAppKey(app.project_id, app.id), exists()))) return 'absent';
  if (!(await isUsed(table, app.id))) return 'deleted';
  await putRow(table, itemOf(app), absent());
  return 'in_use';
}

async function isUsed(table: Table, appId: string): Promise<boolean> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': oauthAppUsePartition(appId) },
      ConsistentRead: true,
      Limit: 1,
    }),
  );
  return Items.length > 0;
}

/** Notes that the provider refuses every secret of an app. The first refusal counts. */
export async function noteAppRefused(table: Table, { project_id, id }: AppName, at: Timestamp): Promise<void> {
  await updateRow(table, oauthAppKey(project_id, id), {
    set: { refused_since: at },
    when: all(exists(), equals('refused_since', null)),
  });
}

/** Notes that the provider accepts a secret of an app again. */
export async function noteAppAccepted(table: Table, { project_id, id }: AppName): Promise<void> {
  await updateRow(table, oauthAppKey(project_id, id), {
    set: { refused_since: null },
    when: all(exists(), differs('refused_since', null)),
  });
}
