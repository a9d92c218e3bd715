import type { PartitionKey } from './partition-keys.ts';

/** What DynamoDB allows under one partition key. A table with local indexes has the first limit, global indexes have not. */
const limits = { bytes: 10e9, writeUnits: 1_000, readUnits: 3_000 };

interface Part {
  /** Part of the limit that is used. */
  used: number;
  breaksAt: string;
}

const round = (value: number): number => {
  const magnitude = 10 ** (Math.floor(Math.log10(value)) - 1);
  return value < 100 ? Math.round(value) : Math.round(value / magnitude) * magnitude;
};
const count = (value: number): string => round(value).toLocaleString('en-US');
const small = (value: number): string => (value < 10 ? String(Number(value.toPrecision(2))) : count(value));

/** How much of each limit is used under a key, and what would use all of it. */
export function partsUsed({ index, holds, load, reads }: PartitionKey): Part[] {
  const at = (limit: number, perThing: number, unit: string, what: string): string =>
    `${unit}: ${count(limit / perThing)} ${what}`;
  return [
    ...(index === undefined
      ? [
          {
            used: (holds.count * holds.bytes) / limits.bytes,
            breaksAt: at(limits.bytes, holds.bytes, '10 GB', holds.what),
          },
        ]
      : []),
    {
      used: (load.count * load.units) / limits.writeUnits,
      breaksAt: at(limits.writeUnits, load.units, '1,000 write units/s', load.what),
    },
    ...(reads
      ? [
          {
            used: (reads.count * reads.units) / limits.readUnits,
            breaksAt: at(limits.readUnits, reads.units, '3,000 read units/s', reads.what),
          },
        ]
      : []),
  ];
}

function bytes(value: number): string {
  const [unit, divisor] = value >= 1e9 ? ['GB', 1e9] : value >= 1e6 ? ['MB', 1e6] : ['kB', 1e3];
  return `${small(value / divisor)} ${unit}`;
}

/** The table of docs/data-model.md. */
export function renderKeys(keys: PartitionKey[]): string {
  const lines = keys.map((one) => {
    const { key, index, holds, load } = one;
    const [first] = partsUsed(one).sort((a, b) => b.used - a.used);
    return [
      index === undefined ? `\`${key}\`` : `${index}: \`${key}\``,
      `${count(holds.count)} ${holds.what}: ${bytes(holds.count * holds.bytes)}`,
      `${count(load.count)} ${load.what}: ${small(load.count * load.units)}`,
      first?.breaksAt,
    ];
  });
  const header = ['key', 'holds', 'write units/s', 'breaks first at'];
  return [header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
