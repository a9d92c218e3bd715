import { createHash } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { organizationTimingMs } from '../platform/account-timing.ts';
import { absent, equals } from '../store/expression.ts';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { updateRow } from '../store/write-row.ts';

/** When the next mailbox of a quota may be connected, in milliseconds since the epoch. */
const paceRow = defineRow('pace', 1, z.object({ next_at: z.number() }));
const paceKey = (owner: string) => ({
  PK: `PACE#${createHash('sha256').update(owner).digest('hex')}`,
  SK: 'PACE',
});

/**
 * Takes places of a quota that connections share, evenly spread over time. What was not used for a while is gone, except for
 * a few seconds.
 *
 * @param owner of `quotaOwnerOf` @param costMs how long the places take up the quota @param now milliseconds since the epoch
 * @returns 0, or after how many milliseconds there is a place
 */
export async function takePlaces(table: Table, owner: string, costMs: number, now: number): Promise<number> {
  for (;;) {
    const found = await readPace(table, owner);
    const from = Math.max(found ?? 0, now - organizationTimingMs.paceBurst);
    if (from > now) return from - now;
    if (await savePace(table, owner, found, from + costMs)) return 0;
  }
}

/** The provider has refused a request because the quota is used up: no connection of the quota goes on for a while. */
export async function holdPlaces(table: Table, owner: string, until: number): Promise<void> {
  for (;;) {
    const found = await readPace(table, owner);
    if ((found ?? 0) >= until || (await savePace(table, owner, found, until))) return;
  }
}

async function readPace(table: Table, owner: string): Promise<number | null> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: paceKey(owner), ConsistentRead: true }),
  );
  return Item ? paceRow.read(Item).next_at : null;
}

async function savePace(table: Table, owner: string, found: number | null, next: number): Promise<boolean> {
  const when = found === null ? absent() : equals('next_at', found);
  return (await updateRow(table, paceKey(owner), { set: paceRow.write({ next_at: Math.ceil(next) }), when })).done;
}
