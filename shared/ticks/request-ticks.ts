import { tickTimingMs } from '../platform/bot-timing.ts';
import type { Clock } from '../platform/clock.ts';
import { timestampOf } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';
import type { Webhook } from '../webhooks/endpoint.ts';
import { wantedTicks } from './tick.ts';
import type { TickQueue } from './tick-queue.ts';
import { startTickTimer } from './tick-timer-store.ts';

export interface RequestTicksDeps {
  table: Table;
  clock: Pick<Clock, 'now'>;
  tickQueue: Pick<TickQueue, 'sendScans'>;
}

/** Starts the search for the ticks that an endpoint wants. An endpoint that wants none costs nothing. */
export async function requestTicks({ table, clock, tickQueue }: RequestTicksDeps, webhook: Webhook): Promise<void> {
  if (wantedTicks([webhook]).length === 0) return;
  const { project_id: projectId } = webhook;
  const now = clock.now();
  await startTickTimer(table, projectId, timestampOf(now), timestampOf(now + tickTimingMs.scanInterval));
  await tickQueue.sendScans([{ message: { kind: 'tick_scan', project_id: projectId }, delaySeconds: 0 }]);
}

/** Asks for the ticks of a calendar whose events have changed, where an endpoint of the project wants any. */
export async function requestChangedTicks(
  { tickQueue }: Pick<RequestTicksDeps, 'tickQueue'>,
  webhooks: readonly Webhook[],
  { projectId, calendarId }: { projectId: string; calendarId: string },
): Promise<void> {
  if (wantedTicks(webhooks).length === 0) return;
  const message = { kind: 'tick_scan', project_id: projectId, calendar_id: calendarId } as const;
  await tickQueue.sendScans([{ message, delaySeconds: 0 }]);
}
