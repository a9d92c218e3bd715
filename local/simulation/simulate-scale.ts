import { parseArgs } from 'node:util';
import { readSettings } from '../../infra/config.ts';
import { compareWithQuotas } from './quotas.ts';
import { type ScaleFigures, simulateScale } from './scale-model.ts';

const usage = `npm run -s simulate-scale -- [--calendars N] [--changes N] [--peak N] [--workers N] [--minutes N] [--seed N] [--json]

Simulates the busiest hour of a deployment, event by event, and names the limit that is reached first.
- calendars: default 100000
- changes per calendar and day: default 20
- peak: how much more changes the busiest hour has than an average one: default 3
- workers of each queue (the setting workersPerQueue): default 100
- minutes to simulate: default 20
The exit code is 1 when a message waits in a queue for more than 60 s.
`;

const defaults = readSettings(undefined, undefined);
const numbers = { calendars: 100_000, changes: 20, peak: 3, workers: defaults.workersPerQueue, minutes: 20, seed: 1 };
const names = Object.keys(numbers) as (keyof typeof numbers)[];

function readOptions() {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({
      options: {
        calendars: text,
        changes: text,
        peak: text,
        workers: text,
        minutes: text,
        seed: text,
        json: flag,
        help: flag,
      },
    });
    const load = { ...numbers };
    for (const name of names) {
      const value = values[name] === undefined ? numbers[name] : Number(values[name]);
      if (!(value > 0)) throw new Error(`--${name}: a number above 0`);
      load[name] = value;
    }
    return { load, json: values.json, help: values.help };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return process.exit(2);
  }
}

/** Milliseconds after which a message is too old. */
const oldestAllowed = 60_000;

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

function describe(figures: ScaleFigures, uses: ReturnType<typeof compareWithQuotas>): string {
  const { rates, latency, latestClaimMs } = figures;
  const [first] = uses;
  return [
    `per second: ${whole.format(rates.pushes)} pushes, ${whole.format(rates.dailySyncs)} daily syncs`,
    `from a change to its webhook: p50 ${seconds(latency.p50)}, p95 ${seconds(latency.p95)}, p99 ${seconds(latency.p99)}`,
    `timers are claimed at most ${seconds(latestClaimMs)} after they are due`,
    '',
    ...figures.stations.map(
      ({ name, oldestMs, longestQueue, utilization, served }) =>
        `${name}: ${whole.format(served)} messages, the oldest waited ${seconds(oldestMs)}, ` +
        `at most ${whole.format(longestQueue)} waited, workers ${(utilization * 100).toFixed(0)} % busy`,
    ),
    '',
    ...uses.map(
      ({ limit, used, of, unit }) =>
        `${((100 * used) / of).toFixed(used / of < 0.01 ? 2 : 0).padStart(6)} %  ${limit}: ` +
        `${whole.format(used)} of ${whole.format(of)} ${unit}`,
    ),
    '',
    first ? `The first limit: ${first.limit}. ${first.cure[0]?.toUpperCase()}${first.cure.slice(1)}.` : '',
  ].join('\n');
}

const { load, json, help } = readOptions();
if (help) {
  process.stdout.write(usage);
} else {
  const figures = simulateScale(load);
  const uses = compareWithQuotas(figures);
  process.stdout.write(json ? `${JSON.stringify({ load, ...figures, uses })}\n` : `${describe(figures, uses)}\n`);
  process.exitCode = figures.stations.every(({ oldestMs }) => oldestMs <= oldestAllowed) ? 0 : 1;
}
