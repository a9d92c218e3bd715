import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { putRow } from '../store/write-row.ts';
import { type ConnectSettings, connectSettingsSchema } from './connect-settings.ts';

const settingsRow = defineRow('connect settings', 1, connectSettingsSchema);

const settingsKey = (projectId: string) => ({ PK: `PROJECT#${projectId}`, SK: 'CONNECT_SETTINGS' });

/** One read. A project that has set nothing has no redirect URL. */
export async function readConnectSettings(table: Table, projectId: string): Promise<ConnectSettings> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: settingsKey(projectId), ConsistentRead: true }),
  );
  return settingsRow.read(Item ?? {});
}

export async function saveConnectSettings(table: Table, projectId: string, settings: ConnectSettings): Promise<void> {
  await putRow(table, { ...settingsKey(projectId), ...settingsRow.write(settings) });
}
