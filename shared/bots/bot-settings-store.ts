import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Table } from '../store/table.ts';
import { runnerKinds } from './bot.ts';
import { type BotSettings, defaultBotSettings } from './bot-settings.ts';

const settingsKey = (projectId: string) => ({ PK: `PROJECT#${projectId}`, SK: 'BOT_SETTINGS' });

const settingsSchema: z.ZodType<BotSettings> = z.object({
  runner: z.enum(runnerKinds),
  attendee: z.object({ base_url: z.string(), api_key: z.string(), webhook_secret: z.string().nullable() }).nullable(),
  restore_bots_on_reconnect: z.boolean(),
});

/** One read; a project that has set nothing has the defaults. */
export async function readBotSettings(table: Table, projectId: string): Promise<BotSettings> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: settingsKey(projectId), ConsistentRead: true }),
  );
  return Item ? settingsSchema.parse(Item) : defaultBotSettings;
}

export async function putBotSettings(table: Table, projectId: string, settings: BotSettings): Promise<void> {
  await table.client.send(new PutCommand({ TableName: table.name, Item: { ...settingsKey(projectId), ...settings } }));
}
