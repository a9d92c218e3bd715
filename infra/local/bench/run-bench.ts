import type { Closing } from '../closing.ts';
import { createApiClient } from '../demo/api-client.ts';
import { registerWebhook } from '../demo/register-webhook.ts';
import { startSimulatedStack } from '../demo/start-simulated-stack.ts';
import { startWebhookReceiver } from '../demo/webhook-receiver.ts';
import type { BenchFigures } from './judge-figures.ts';
import { measureBurst } from './measure-burst.ts';
import { measureFirstSync } from './measure-first-sync.ts';
import { measureLatency } from './measure-latency.ts';
import { measureReads } from './measure-reads.ts';

const bigCalendar = 2500;
const burst = 100;

/** Starts everything, measures one thing after the other, about two and a half minutes for 100 changes. */
export async function runBench(
  closing: Closing,
  { changes, progress }: { changes: number; progress: (text: string) => void },
): Promise<BenchFigures> {
  progress('starting');
  const { local, google, close } = await startSimulatedStack({ PORT: '0' });
  closing.add(close);
  const receiver = await startWebhookReceiver();
  closing.add(receiver.close);
  const api = createApiClient(local.url, local.apiKey);
  await registerWebhook(api, receiver);
  const context = { api, google, receiver, progress };

  const latency = await measureLatency(context, changes);
  const { figures: first_sync, calendarId } = await measureFirstSync(context, bigCalendar);
  const burstFigures = await measureBurst(context, burst);
  const reads = await measureReads(context, calendarId);
  return { latency, first_sync, burst: burstFigures, reads };
}
