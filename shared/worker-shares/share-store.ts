import { absent, any, atMost, equals } from '../store/expression.ts';
import type { Table } from '../store/table.ts';
import { updateRow } from '../store/write-row.ts';
import { type Lane, leaseName, type Share, shareKey, shareRow } from './share-row.ts';

/** A worker of a lane that a project may keep busy. It ends by itself at `until`. */
export interface ShareLease {
  lane: Lane;
  projectId: string;
  number: number;
  /** Milliseconds since the epoch. */
  until: number;
}

const retentionSeconds = 86_400;

/**
 * Acquires one of the leases that a project has in a lane. The choice is random, so that workers at the same instant
 * rarely meet at the same lease; a refused write shows the row as it is, so nothing is read.
 *
 * @param size leases of the project in the lane @param now milliseconds since the epoch @param random in [0, 1)
 * @returns null when all of them are in use
 */
export async function acquireShare(
  table: Table,
  { lane, projectId, until }: Omit<ShareLease, 'number'>,
  { size, now, random }: { size: number; now: number; random: () => number },
): Promise<ShareLease | null> {
  let seen: Share = {};
  for (let attempt = 0; attempt < 2 * size; attempt += 1) {
    const free = Array.from({ length: size }, (_none, lease) => lease).filter(
      (lease) => (seen[leaseName(lease)] ?? 0) <= now,
    );
    const number = free[Math.floor(random() * free.length)];
    if (number === undefined) return null;
    const name = leaseName(number);
    const { done, row } = await updateRow(table, shareKey(lane, projectId), {
      set: { [name]: until, expires_at: Math.ceil(until / 1000) + retentionSeconds },
      when: any(absent(name), atMost(name, now)),
    });
    if (done) return { lane, projectId, number, until };
    seen = shareRow.read(row);
  }
  return null;
}

/** Releases a lease, unless it has ended and another worker has acquired it. */
export async function releaseShare(table: Table, { lane, projectId, number, until }: ShareLease): Promise<void> {
  const name = leaseName(number);
  await updateRow(table, shareKey(lane, projectId), { remove: [name], when: equals(name, until) });
}
