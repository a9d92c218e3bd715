import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { LocalStack } from '../start-local.ts';
import { addCalendars, type BenchContext } from './bench-context.ts';

/** Memory of the local mode under constant load. */
export interface MemoryFigures {
  minute: number;
  /** Resident memory of the process, all workers included. */
  rss_mb: number;
  /** What the main thread still uses after a collection: engines, simulators and queues. What grows here is kept. */
  kept_mb: number;
  workers: number;
}

const calendarCount = 20;
const changePauseMs = 500;
const minuteMs = 60_000;
const megabyte = 1_048_576;

/** Collects garbage of this thread, which Node does only when it needs memory. */
function createCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/** Measures the memory of local mode, once a minute, while twenty calendars have two changes a second. */
export async function measureMemory(
  context: BenchContext,
  local: LocalStack,
  minutes: number,
): Promise<MemoryFigures[]> {
  const owners = Array.from({ length: calendarCount }, (_none, index) => ({
    name: `memory-${index}`,
    platform: index % 2 === 0 ? ('google' as const) : ('microsoft' as const),
  }));
  const calendars = await addCalendars(context, owners, { instances: 20 });
  const figures: MemoryFigures[] = [];
  const collect = createCollector();
  const startedAt = Date.now();
  for (let change = 0; figures.length <= minutes; change += 1) {
    if (Date.now() - startedAt >= figures.length * minuteMs) {
      const { functions } = await local.state();
      const workers = Object.values(functions).reduce((sum, one) => sum + one.workers, 0);
      const rss_mb = Math.round(process.memoryUsage.rss() / megabyte);
      collect();
      const { heapUsed, external } = process.memoryUsage();
      const kept_mb = Math.round((heapUsed + external) / megabyte);
      figures.push({ minute: figures.length, rss_mb, kept_mb, workers });
      context.progress(`memory: minute ${figures.length - 1} of ${minutes}, ${rss_mb} MB`);
    }
    const { person, eventIds } = calendars[change % calendarCount] ?? {};
    person?.rename(eventIds?.[change % 20] ?? '', `Change ${change}`);
    await sleep(changePauseMs);
  }
  return figures;
}
