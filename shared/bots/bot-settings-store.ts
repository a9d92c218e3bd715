import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { putRow } from '../store/write-row.ts';
import { type BotSettings, botSettingsSchema, defaultBotSettings } from './bot-settings.ts';

const settingsRow = defineRow('bot settings', 1, botSettingsSchema);
const settingsKey = (projectId: string) => ({ PK: `PROJECT#${projectId}`, SK: 'BOT_SETTINGS' });

/** One read; a project that has set nothing has the defaults. */
export async function readBotSettings(table: Table, projectId: string): Promise<BotSettings> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: settingsKey(projectId), ConsistentRead: true }),
  );
  return Item ? settingsRow.read(Item) : defaultBotSettings;
}

export async function putBotSettings(table: Table, projectId: string, settings: BotSettings): Promise<void> {
  await putRow(table, { ...settingsKey(projectId), ...settingsRow.write(settings) });
}
