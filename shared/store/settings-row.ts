import { randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import { absent, equals } from './expression.ts';
import type { RowKind } from './row.ts';
import type { Table } from './table.ts';
import { putRow } from './write-row.ts';

/** Settings of a project of one kind, in one row. */
export interface SettingsRow<Settings> {
  sortKey: string;
  kind: RowKind<Settings>;
  /** Of a project without the row. */
  defaults: Settings;
}

const keyOf = (projectId: string, { sortKey }: Pick<SettingsRow<unknown>, 'sortKey'>) => ({
  PK: `PROJECT#${projectId}`,
  SK: sortKey,
});

async function getRow(
  table: Table,
  projectId: string,
  settings: Pick<SettingsRow<unknown>, 'sortKey'>,
  { isConsistent = true } = {},
): Promise<Record<string, unknown> | undefined> {
  const command = new GetCommand({
    TableName: table.name,
    Key: keyOf(projectId, settings),
    ConsistentRead: isConsistent,
  });
  return (await table.client.send(command)).Item;
}

/** Every write gives the row another revision. */
const rowOf = <Settings>(projectId: string, settings: SettingsRow<Settings>, value: Settings) => ({
  ...keyOf(projectId, settings),
  ...settings.kind.write(value),
  revision: randomUUID(),
});

/** One read. A project that has set nothing has the defaults. @throws UnreadableRow */
export async function readSettings<Settings>(
  table: Table,
  projectId: string,
  settings: SettingsRow<Settings>,
  how?: { isConsistent?: boolean },
): Promise<Settings> {
  const item = await getRow(table, projectId, settings, how);
  return item ? settings.kind.read(item) : settings.defaults;
}

/** Replaces the settings, whatever they are. */
export async function putSettings<Settings>(
  table: Table,
  projectId: string,
  settings: SettingsRow<Settings>,
  value: Settings,
): Promise<void> {
  await putRow(table, rowOf(projectId, settings, value));
}

/**
 * Changes the settings. What another request has changed meanwhile is read and decided again: neither undoes what the
 * other has changed.
 *
 * @param decide the new settings from the present ones; it may run several times
 * @throws AppError `conflict` when others were faster each time @throws what `decide` throws
 */
export const changeSettings = <Settings>(
  table: Table,
  projectId: string,
  settings: SettingsRow<Settings>,
  decide: (before: Settings) => Promise<Settings>,
): Promise<Settings> =>
  retryLostRace(async () => {
    const item = await getRow(table, projectId, settings);
    const value = await decide(item ? settings.kind.read(item) : settings.defaults);
    const revision = item?.['revision'];
    const isUnchanged = revision === undefined ? absent('revision') : equals('revision', revision);
    return (await putRow(table, rowOf(projectId, settings, value), isUnchanged)) ? value : lostRace;
  });
