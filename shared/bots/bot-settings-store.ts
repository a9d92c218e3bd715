import { defineRow } from '../store/row.ts';
import { changeSettings, putSettings, readSettings, type SettingsRow } from '../store/settings-row.ts';
import type { Table } from '../store/table.ts';
import { type BotSettings, botSettingsSchema, defaultBotSettings } from './bot-settings.ts';

const settings: SettingsRow<BotSettings> = {
  sortKey: 'BOT_SETTINGS',
  kind: defineRow('bot settings', 1, botSettingsSchema),
  defaults: defaultBotSettings,
};

export const readBotSettings = (
  table: Table,
  projectId: string,
  how?: { isConsistent?: boolean },
): Promise<BotSettings> => readSettings(table, projectId, settings, how);

export const putBotSettings = (table: Table, projectId: string, value: BotSettings): Promise<void> =>
  putSettings(table, projectId, settings, value);

export const changeBotSettings = (
  table: Table,
  projectId: string,
  decide: (before: BotSettings) => Promise<BotSettings>,
): Promise<BotSettings> => changeSettings(table, projectId, settings, decide);
