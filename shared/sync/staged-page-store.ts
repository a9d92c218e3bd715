import { gzipSync } from 'node:zlib';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { cutTexts } from '../events/fit-event.ts';
import type { ProviderItem } from '../providers/calendar-provider.ts';
import { defineRow } from '../store/row.ts';
import { gzippedJson } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { deleteAll, writeAll } from '../store/write-all.ts';

/** DynamoDB stores rows of up to 400 KB. */
const bytesPerRow = 350_000;
/** Items are packed together up to this size. They compress to a fifth or less. */
const textPerRow = 1_000_000;
/** Texts of the one item that does not fit into a row. Longer ones are not stored of an event either. */
const shortText = 20_000;

const partition = (calendarId: string): string => `PAGES#${calendarId}`;
const position = (readingId: string, row: number): string => `READING#${readingId}#${String(row).padStart(6, '0')}`;

const itemsSchema = z.array(
  z.custom<ProviderItem>((value) => typeof (value as ProviderItem | null)?.id === 'string', 'not an item'),
);
const stagedRow = defineRow('staged items', 1, z.object({ items: gzippedJson(itemsSchema), expires_at: z.number() }));

/** A part of a reading that did not fit into one run. */
export interface StagedItems {
  readingId: string;
  /** Rows of the reading that are stored already. */
  rows: number;
  items: ProviderItem[];
  /** Seconds since the epoch. */
  expiresAt: number;
}

/**
 * Stores items of a reading that goes on in another run, as the provider delivered them.
 *
 * @returns how many rows the reading has now
 */
export async function stageItems(
  table: Table,
  calendarId: string,
  { readingId, rows, items, expiresAt }: StagedItems,
): Promise<number> {
  const groups = groupItems(items).flatMap(splitFitting);
  await writeAll(
    table,
    groups.map((group, index) => ({
      PutRequest: {
        Item: {
          PK: partition(calendarId),
          SK: position(readingId, rows + index),
          ...stagedRow.write({ items: group, expires_at: expiresAt }),
        },
      },
    })),
  );
  return rows + groups.length;
}

function groupItems(items: ProviderItem[]): ProviderItem[][] {
  const groups: ProviderItem[][] = [];
  let room = 0;
  for (const item of items) {
    const size = JSON.stringify(item).length;
    if (size > room) {
      groups.push([]);
      room = textPerRow;
    }
    groups.at(-1)?.push(item);
    room -= size;
  }
  return groups;
}

/** Items that do not compress are split further. */
function splitFitting(items: ProviderItem[]): ProviderItem[][] {
  if (gzipSync(JSON.stringify(items)).byteLength <= bytesPerRow) return [items];
  const half = Math.ceil(items.length / 2);
  if (items.length > 1) return [items.slice(0, half), items.slice(half)].flatMap(splitFitting);
  return [items.map((item) => cutTexts(item, shortText) as ProviderItem)];
}

/** The items of a reading, in their order. */
export async function readStaged(table: Table, calendarId: string, readingId: string): Promise<ProviderItem[]> {
  const items: ProviderItem[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'PK = :pk AND begins_with(SK, :reading)',
        ExpressionAttributeValues: { ':pk': partition(calendarId), ':reading': `READING#${readingId}#` },
        ConsistentRead: true,
        ExclusiveStartKey,
      }),
    );
    for (const row of page.Items ?? []) for (const item of stagedRow.read(row).items) items.push(item);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}

/** Deletes what is staged of a calendar. @returns true when all of it is deleted */
export function purgeStaged(table: Table, calendarId: string, mayGoOn: () => boolean): Promise<boolean> {
  const readKeys = async () => {
    const { Items = [] } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'PK = :pk',
        ExpressionAttributeValues: { ':pk': partition(calendarId) },
        ProjectionExpression: 'PK, SK',
        ConsistentRead: true,
        Limit: 500,
      }),
    );
    return Items as { PK: string; SK: string }[];
  };
  return deleteAll(table, readKeys, mayGoOn);
}
