import { defineRow } from '../store/row.ts';
import { defineSettings } from '../store/settings-row.ts';
import { connectSettingsSchema } from './connect-settings.ts';

/** A project that has set nothing has no redirect URL. */
const noSettings = connectSettingsSchema.parse({});

export const {
  read: readConnectSettings,
  put: saveConnectSettings,
  change: changeConnectSettings,
} = defineSettings('CONNECT_SETTINGS', defineRow('connect settings', 1, connectSettingsSchema), noSettings);
