import { createApiClient } from '../demo/api-client.ts';
import { registerWebhook } from '../demo/register-webhook.ts';
import { startSimulatedStack } from '../demo/start-simulated-stack.ts';
import { startWebhookReceiver } from '../demo/webhook-receiver.ts';
import type { Closing } from '../runner/create-closing.ts';
import type { BenchFigures } from './assess-figures.ts';
import { measureBurst } from './measure-burst.ts';
import { measureColdStarts } from './measure-cold-starts.ts';
import { measureFairShare } from './measure-fair-share.ts';
import { type FirstSyncFigures, measureFirstSync } from './measure-first-sync.ts';
import { measureLatency } from './measure-latency.ts';
import { measureOrderings } from './measure-orderings.ts';
import { measureReads } from './measure-reads.ts';
import { measureSpread, type SpreadFigures } from './measure-spread.ts';

const bigCalendar = 2500;
const firstSyncs = [1000, 5000];
const notifications = 100;

/** Starts Kalends with the simulators and runs one measurement after the other, about eight minutes for 100 changes. */
export async function runBench(
  closing: Closing,
  { changes, spread, progress }: { changes: number; spread: number[]; progress: (text: string) => void },
): Promise<BenchFigures> {
  progress('cold starts');
  // First, while nothing else runs.
  const coldStarts = await measureColdStarts();
  progress('starting');
  const { local, platforms, close } = await startSimulatedStack({ PORT: '0' });
  closing.add(close);
  const receiver = await startWebhookReceiver();
  closing.add(receiver.close);
  const api = createApiClient(local.url, local.apiKey);
  await registerWebhook(api, receiver);
  const context = { api, platforms, receiver, progress };

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
    cold_starts: coldStarts,
  };
}
