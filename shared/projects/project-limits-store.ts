import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { updateRow } from '../store/write-row.ts';
import { type LimitName, limitNames, type ProjectLimits } from './project-limits.ts';

const limit = z.number().optional();

/** The limits of a project that differ from those of the stack. */
const projectLimitsRow = defineRow(
  'project limits',
  1,
  z.object(Object.fromEntries(limitNames.map((name) => [name, limit])) as Record<LimitName, typeof limit>),
);

const limitsKey = (projectId: string) => ({ PK: `PROJECT#${projectId}`, SK: 'LIMITS' });

/** The limits that were set for a project. One eventually consistent read. */
export async function readLimits(table: Table, projectId: string): Promise<Partial<ProjectLimits>> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: limitsKey(projectId) }));
  const given = Object.entries(projectLimitsRow.read(Item ?? {}));
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** @param value null: the limit of the stack counts again */
export async function setLimit(table: Table, projectId: string, name: LimitName, value: number | null): Promise<void> {
  const set = { ...projectLimitsRow.writeFields(value === null ? {} : { [name]: value }), v: projectLimitsRow.version };
  await updateRow(table, limitsKey(projectId), { set, remove: value === null ? [name] : [] });
}
