import { projectShards, timerShards } from '../../shared/store/table-schema.ts';
import { measuredCounts } from '../cost/measured-counts.ts';
import type { ScaleFigures } from './scale-model.ts';

/** How much of a limit is used. */
export interface Use {
  limit: string;
  used: number;
  of: number;
  unit: string;
  /** What to do when it is reached. */
  cure: string;
}

/** Write units of the row of one changed event in one project-wide order: its old place and its new one (decision 17). */
const unitsPerOrder = 2;
/** Write units of a claim in the due index: the old entry and the new one. */
const unitsPerClaim = 2;
/** Requests of a provider per daily sync: token, calendar, three pages, delta. */
const dailyRequests = 6;
const partitionUnits = 1_000;

/**
 * What the load of a simulation uses of the limits of AWS and of the providers, the most used one first. Limits of AWS are
 * the defaults of a large region on 2026-11-27, all of which AWS raises on request except those of a partition.
 */
export function compareWithQuotas({ rates, stations }: ScaleFigures): Use[] {
  const syncs = rates.pushes + rates.dailySyncs;
  const busy = stations.reduce((sum, { mostBusy }) => sum + mostBusy, 0);
  const uses: Use[] = [
    ...stations.map(({ name, workers, utilization }) => ({
      limit: `workers of the ${name}`,
      used: utilization * workers,
      of: workers,
      unit: 'executions',
      cure: 'raise the setting workersPerQueue',
    })),
    {
      limit: 'Lambda executions of the account',
      used: busy,
      of: 1_000,
      unit: 'executions',
      cure: 'ask AWS to raise "concurrent executions"; a new account has 10',
    },
    {
      limit: 'Google: queries of the Cloud project',
      used: (rates.pushes / 2 + (rates.dailySyncs / 2) * dailyRequests) * 60,
      of: 10_000,
      unit: 'per minute',
      cure: 'ask Google to raise "queries per minute" of the Calendar API',
    },
    {
      limit: 'one partition of the due index',
      used: ((rates.dailySyncs / 2) * unitsPerClaim) / timerShards,
      of: partitionUnits,
      unit: 'write units/s',
      cure: 'raise timerShards',
    },
    {
      limit: "one partition of a project's order, all calendars in one project",
      used: (rates.changes * unitsPerOrder) / projectShards.events,
      of: partitionUnits,
      unit: 'write units/s',
      cure: 'raise projectShards.events',
    },
    {
      limit: 'table: write units',
      used:
        rates.changes * measuredCounts['a title changes'].writes +
        rates.dailySyncs * measuredCounts['an idle day'].writes,
      of: 40_000,
      unit: 'write units/s',
      cure: 'ask AWS to raise "table-level write throughput"',
    },
    {
      limit: 'EventBridge: PutEvents',
      used: rates.changes,
      of: 10_000,
      unit: 'entries/s',
      cure: 'ask AWS to raise it; small regions begin with 600',
    },
    {
      limit: 'SQS FIFO queue: high throughput',
      used: syncs / 2,
      of: 18_000,
      unit: 'messages/s',
      cure: 'ask AWS to raise it; small regions begin with 2,400',
    },
  ];
  return uses.sort((one, other) => other.used / other.of - one.used / one.of);
}
