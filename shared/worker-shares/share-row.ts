import * as z from 'zod';
import { defineRow, type RowKey } from '../store/row.ts';

/** Every lease a row can have: as many as the setting `projectWorkers` (`infra/config.ts`) allows at most. */
export const mostShareLeases = 25;

type LeaseName = `lease_${number}`;
export const leaseName = (lease: number): LeaseName => `lease_${lease}`;

/** Milliseconds since the epoch: when each lease can be acquired again. Absent: it never was. */
const leases = Object.fromEntries(
  Array.from({ length: mostShareLeases }, (_none, lease) => [leaseName(lease), z.number().optional()]),
) as Record<LeaseName, z.ZodOptional<z.ZodNumber>>;

/** The leases of a project in a lane. Only work that takes long writes it. */
export const shareRow = defineRow(
  'worker share',
  1,
  z.object({ ...leases, /** Seconds since the epoch. */ expires_at: z.number() }),
);
export type Share = Partial<Record<LeaseName, number>>;

/** Lanes whose workers projects share, each with its own leases. */
export type Lane = 'google-sync' | 'microsoft-sync' | 'notification' | 'webhook' | 'bot' | 'rule';

export const shareKey = (lane: Lane, projectId: string): RowKey => ({ PK: `SHARE#${lane}#${projectId}`, SK: 'SHARE' });
