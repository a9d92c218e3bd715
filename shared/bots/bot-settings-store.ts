import { defineRow } from '../store/row.ts';
import { defineSettings } from '../store/settings-row.ts';
import { botSettingsSchema, defaultBotSettings } from './bot-settings.ts';

export const {
  read: readBotSettings,
  put: putBotSettings,
  change: changeBotSettings,
} = defineSettings('BOT_SETTINGS', defineRow('bot settings', 1, botSettingsSchema), defaultBotSettings);
