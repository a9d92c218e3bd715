import { defineRow } from '../store/row.ts';
import { changeSettings, putSettings, readSettings, type SettingsRow } from '../store/settings-row.ts';
import type { Table } from '../store/table.ts';
import { type ConnectSettings, connectSettingsSchema } from './connect-settings.ts';

const settings: SettingsRow<ConnectSettings> = {
  sortKey: 'CONNECT_SETTINGS',
  kind: defineRow('connect settings', 1, connectSettingsSchema),
  // A project that has set nothing has no redirect URL.
  defaults: { redirect_urls: [], name: null, logo_url: null, privacy_url: null },
};

export const readConnectSettings = (table: Table, projectId: string): Promise<ConnectSettings> =>
  readSettings(table, projectId, settings);

export const saveConnectSettings = (table: Table, projectId: string, value: ConnectSettings): Promise<void> =>
  putSettings(table, projectId, settings, value);

export const changeConnectSettings = (
  table: Table,
  projectId: string,
  decide: (before: ConnectSettings) => Promise<ConnectSettings>,
): Promise<ConnectSettings> => changeSettings(table, projectId, settings, decide);
