import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { calendarPartition } from '../calendars/calendar-row.ts';
import { type ChangeOwner, changesKey } from '../events/change-feed/change-row.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { absent, any, atMost } from '../store/expression.ts';
import { readableRow, readableRows, unreadable } from '../store/readable-rows.ts';
import { createReader, defineRow, type RowKey } from '../store/row.ts';
import { storedMicros } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { deleteAll } from '../store/write-all.ts';
import { putRow } from '../store/write-row.ts';
import type { SyncLogEntry } from './sync-log-entry.ts';
import { packedRun, packedRuns } from './sync-log-row.ts';
import type { SyncState } from './sync-state.ts';

const runsSchema = z.object({
  /** Oldest first. */
  runs: packedRuns,
  /** Times of the rows of the change feed that were added meanwhile. */
  commits: z.array(storedMicros).default([]),
  /** Entries of the sync state's outbox that are sent, while the stored state still has them. */
  sent: z.array(z.string()).default([]),
  /** Version of the sync state at the write. A run that was overtaken does not write the row. */
  version: z.number(),
  /** Seconds since the epoch. */
  expires_at: z.number(),
});
const runRow = defineRow('runs', 1, runsSchema);

/** A row has so many bytes of runs, about nine. With all else it stays below a kilobyte, so that a write takes one unit. */
const longestRuns = 640;

/** A run's position in the log of its calendar. Runs of a calendar never overlap, so the order is total. */
export const runPosition = ({ started_at, id }: Pick<SyncLogEntry, 'started_at' | 'id'>): string =>
  `${started_at}#${id}`;

/**
 * The rows are in the calendar's own partition, below all others: their keys begin with a digit. So one request reads the
 * calendar with the newest of them. Digits are below this text.
 */
const aboveRuns = ':';

export const isRunRow = ({ SK }: Record<string, unknown>): boolean => String(SK) < aboveRuns;

/** The newest row of a calendar's log, as a run knows it. The run extends it. */
export interface LogTail {
  /** Sort key. Absent when the log has no row, or none that can be read. */
  position?: string;
  runs: SyncLogEntry[];
  commits: Timestamp[];
  /** Entries of the outbox of the stored sync state that are sent. */
  sent: string[];
  /** Version of that sync state. */
  version: number;
}

/** The row of the log that was written last. */
const newestOf = (rows: Record<string, unknown>[]): Record<string, unknown> | undefined =>
  rows.filter(isRunRow).sort((a, b) => (String(a['SK']) < String(b['SK']) ? 1 : -1))[0];

/** Version of the sync state at the last write of the log; 1 when there is none. */
export function loggedVersion(rows: Record<string, unknown>[]): number {
  const version = newestOf(rows)?.['version'];
  return typeof version === 'number' ? version : 1;
}

/**
 * The end of a calendar's log. @param rows that were read of the calendar @param stored ids in the outbox of the stored
 * sync state, and its version
 */
export function readLogTail(
  table: Table,
  rows: Record<string, unknown>[],
  stored: { outbox: string[]; version: number },
): LogTail {
  const newest = newestOf(rows);
  const read = newest && readableRow(table, newest, runRow.read);
  const { version } = stored;
  if (!newest || !read || read === unreadable) return { runs: [], commits: [], sent: [], version };
  const sent = read.sent.filter((id) => stored.outbox.includes(id));
  return { position: String(newest['SK']), runs: read.runs, commits: read.commits, sent, version };
}

const bytesOf = (runs: SyncLogEntry[]): number => Buffer.byteLength(JSON.stringify(z.encode(z.array(packedRun), runs)));

/** What the stored sync state has of the log, and more ids of its outbox that are sent. */
interface LoggedState extends Pick<SyncState, 'version' | 'runs' | 'commits'> {
  sent: string[];
}

/**
 * Writes runs of the sync state, the times of its commits, and what is sent of its outbox to the log: into its last row, or
 * into a new one when that is full. The tail is as it was written then.
 *
 * @param state the stored one @param at where a row without runs is, and when the row expires
 * @returns false when a later run has written the row
 */
export async function extendLog(
  table: Table,
  calendarId: string,
  tail: LogTail,
  { version, runs, commits = [], sent }: LoggedState,
  at: { position: string; expiresAt: number },
): Promise<boolean> {
  const added = runsBeside(tail, runs);
  const isFull = added.length > 0 && bytesOf([...tail.runs, ...added]) > longestRuns;
  const present: Pick<LogTail, 'position' | 'runs' | 'commits'> = isFull ? { runs: [], commits: [] } : tail;
  const next = {
    runs: [...present.runs, ...added],
    commits: [...present.commits, ...commitsBeside(tail, commits)],
    // A state that was written since has no such entries any more.
    sent: [...(tail.version === version ? tail.sent : []), ...sent],
    version,
  };
  const position = present.position ?? (added[0] ? runPosition(added[0]) : at.position);
  const row = {
    PK: calendarPartition(calendarId),
    SK: position,
    ...runRow.write({ ...next, expires_at: at.expiresAt }),
  };
  if (!(await putRow(table, row, any(absent(), atMost('version', version))))) return false;
  Object.assign(tail, { ...next, position });
  return true;
}

/** Times of commits that the last row of the log does not have. */
export const commitsBeside = ({ commits: known }: Pick<LogTail, 'commits'>, commits: Timestamp[]): Timestamp[] =>
  commits.filter((time) => !known.includes(time));

/** Runs that the last row of the log does not have. */
export const runsBeside = ({ runs: known }: Pick<LogTail, 'runs'>, runs: SyncLogEntry[]): SyncLogEntry[] =>
  runs.filter(({ id }) => !known.some((run) => run.id === id));

/**
 * Runs of the log, from a position on in reading direction, and some before it. A row has the position of its first run, so
 * the row before the position has a part of them. One request, two of an ascending reading.
 */
export async function readRuns(
  table: Table,
  calendarId: string,
  { from, ascending, limit }: { from: string | undefined; ascending: boolean; limit: number },
): Promise<SyncLogEntry[]> {
  const read = async (isAscending: boolean, count: number): Promise<Record<string, unknown>[]> => {
    const start = from ?? (isAscending ? ' ' : aboveRuns);
    if (isAscending && start > aboveRuns) return [];
    const { Items = [] } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: `PK = :pk AND SK ${isAscending ? 'BETWEEN :from AND :end' : '<= :from'}`,
        ExpressionAttributeValues: {
          ':pk': calendarPartition(calendarId),
          ':from': isAscending || start < aboveRuns ? start : aboveRuns,
          ...(isAscending && { ':end': aboveRuns }),
        },
        ScanIndexForward: isAscending,
        ConsistentRead: true,
        Limit: count,
      }),
    );
    return Items;
  };
  const [rows, before] = await Promise.all([read(ascending, limit), ascending && from ? read(false, 1) : []]);
  return readableRows(table, [...before, ...rows], runRow.read).flatMap(({ runs }) => runs);
}

/**
 * Deletes a calendar's log, and before each of its rows the changes that the row names. Rows that cannot be read are deleted,
 * too; the changes that they name expire.
 *
 * @param mayGoOn asked before each request
 * @returns true when all of it is deleted
 */
export function purgeRuns(table: Table, calendar: ChangeOwner, mayGoOn: () => boolean): Promise<boolean> {
  const readKeys = async (): Promise<RowKey[]> => {
    const { Items = [] } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'PK = :pk AND SK < :end',
        ExpressionAttributeValues: { ':pk': calendarPartition(calendar.id), ':end': aboveRuns },
        ConsistentRead: true,
        Limit: 500,
      }),
    );
    const times = readableRows(table, Items, readCommits).flatMap(({ commits }) => commits);
    return [...new Set(times)].map((time): RowKey => changesKey(calendar, time)).concat(Items as unknown as RowKey[]);
  };
  return deleteAll(table, readKeys, mayGoOn);
}

const readCommits = createReader('runs', runsSchema.pick({ commits: true }));
