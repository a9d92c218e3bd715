import { randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import { absent, equals } from './expression.ts';
import type { RowKind } from './row.ts';
import type { Table } from './table.ts';
import { putRow } from './write-row.ts';

/** Settings of a project of one kind, in one row. */
export interface SettingsRow<Settings> {
  /** One read. A project that has set nothing has the defaults. @throws UnreadableRow */
  read: (table: Table, projectId: string) => Promise<Settings>;
  /** Replaces the settings, whatever they are. */
  put: (table: Table, projectId: string, settings: Settings) => Promise<void>;
  /**
   * Changes the settings. One that another request has changed meanwhile is read and decided again: neither undoes
   * what the other has changed.
   *
   * @param decide the new settings from the present ones; it may run several times
   * @throws AppError `conflict` when others were faster each time @throws what `decide` throws
   */
  change: (table: Table, projectId: string, decide: (before: Settings) => Promise<Settings>) => Promise<Settings>;
}

/** @param sortKey of the row @param defaults of a project without the row */
export function defineSettings<Settings>(
  sortKey: string,
  kind: RowKind<Settings>,
  defaults: Settings,
): SettingsRow<Settings> {
  const keyOf = (projectId: string) => ({ PK: `PROJECT#${projectId}`, SK: sortKey });
  const get = async (table: Table, projectId: string): Promise<Record<string, unknown> | undefined> => {
    const command = new GetCommand({ TableName: table.name, Key: keyOf(projectId), ConsistentRead: true });
    return (await table.client.send(command)).Item;
  };
  const settingsOf = (item: Record<string, unknown> | undefined): Settings => (item ? kind.read(item) : defaults);
  /** Every write gives the row another revision. */
  const rowOf = (projectId: string, settings: Settings): Record<string, unknown> => ({
    ...keyOf(projectId),
    ...kind.write(settings),
    revision: randomUUID(),
  });
  return {
    read: async (table, projectId) => settingsOf(await get(table, projectId)),
    put: async (table, projectId, settings) => void (await putRow(table, rowOf(projectId, settings))),
    change: (table, projectId, decide) =>
      retryLostRace(async () => {
        const item = await get(table, projectId);
        const settings = await decide(settingsOf(item));
        const revision = item?.['revision'];
        const isUnchanged = revision === undefined ? absent('revision') : equals('revision', revision);
        return (await putRow(table, rowOf(projectId, settings), isUnchanged)) ? settings : lostRace;
      }),
  };
}
