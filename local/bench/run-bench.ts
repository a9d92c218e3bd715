import { createApiClient } from '../demo/api-client.ts';
import { registerWebhook } from '../demo/register-webhook.ts';
import { startSimulatedStack } from '../demo/start-simulated-stack.ts';
import { startWebhookReceiver } from '../demo/webhook-receiver.ts';
import type { Closing } from '../runner/create-closing.ts';
import type { BenchFigures } from './assess-figures.ts';
import { measureBurst } from './measure-burst.ts';
import { measureColdStarts } from './measure-cold-starts.ts';
import { measureFairShare } from './measure-fair-share.ts';
import { measureFanOut } from './measure-fan-out.ts';
import { type FirstSyncFigures, measureFirstSync } from './measure-first-sync.ts';
import { measureLatency } from './measure-latency.ts';
import { type MemoryFigures, measureMemory } from './measure-memory.ts';
import { measureOrderings } from './measure-orderings.ts';
import { measureReads } from './measure-reads.ts';
import { measureRows, type RowsFigures } from './measure-rows.ts';
import { measureSaturation } from './measure-saturation.ts';
import { measureSpread, type SpreadFigures } from './measure-spread.ts';
import { measureTicks, type TickFigures } from './measure-ticks.ts';

const bigCalendar = 2500;
const firstSyncs = [1000, 5000];
const notifications = 100;

/** Starts Kalends with the simulators, for measurements. */
async function startBench(closing: Closing, progress: (text: string) => void) {
  progress('starting');
  const { local, platforms, close } = await startSimulatedStack({ PORT: '0' });
  closing.add(close);
  const receiver = await startWebhookReceiver();
  closing.add(receiver.close);
  const api = createApiClient(local.url, local.apiKey);
  await registerWebhook(api, receiver);
  return { local, context: { api, platforms, receiver, progress } };
}

/** Measures only the memory of local mode, once a minute, or only pages among so many rows, or only ticks of events. */
export async function runOne(
  closing: Closing,
  wanted: { memoryMinutes: number } | { rows: number } | { ticks: true },
  progress: (text: string) => void,
): Promise<{ memory: MemoryFigures[] } | { pages: RowsFigures } | { ticks: TickFigures }> {
  const { local, context } = await startBench(closing, progress);
  if ('ticks' in wanted) return { ticks: await measureTicks(context) };
  return 'rows' in wanted
    ? { pages: await measureRows(context, local, wanted.rows) }
    : { memory: await measureMemory(context, local, wanted.memoryMinutes) };
}

/** Starts Kalends with the simulators and runs one measurement after the other, about ten minutes for 100 changes. */
export async function runBench(
  closing: Closing,
  { changes, spread, progress }: { changes: number; spread: number[]; progress: (text: string) => void },
): Promise<BenchFigures> {
  progress('cold starts');
  // First, while nothing else runs.
  const coldStarts = await measureColdStarts();
  const { local, context } = await startBench(closing, progress);

  const latency = await measureLatency(context, changes);
  const spreads: SpreadFigures[] = [];
  for (const calendars of spread) spreads.push(await measureSpread(context, calendars));
  const sizes: FirstSyncFigures[] = [];
  const ids: string[] = [];
  for (const instances of firstSyncs) {
    const { figures, calendarId } = await measureFirstSync(context, 'google', instances);
    sizes.push(figures);
    ids.push(calendarId);
  }
  const orderings = await measureOrderings(context, ids[0] ?? '');
  const google = await measureFirstSync(context, 'google', bigCalendar);
  const microsoft = await measureFirstSync(context, 'microsoft', bigCalendar);
  const burst = {
    google: await measureBurst(context, 'google', notifications),
    microsoft: await measureBurst(context, 'microsoft', notifications),
  };
  const reads = await measureReads(context, google.calendarId);
  const saturation = await measureSaturation(context, google.calendarId);
  const fanOut = await measureFanOut(context, local);
  const fairShare = await measureFairShare(context);
  return {
    fair_share: fairShare,
    latency,
    spread: spreads,
    first_sync_sizes: sizes,
    orderings,
    first_sync: { google: google.figures, microsoft: microsoft.figures },
    burst,
    reads,
    saturation,
    fan_out: fanOut,
    cold_starts: coldStarts,
  };
}
