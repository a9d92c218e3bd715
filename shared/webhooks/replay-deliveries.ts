import type { WebhookId } from '../platform/ids.ts';
import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { type Delivery, restartDelivery } from './delivery.ts';
import { recordDeliveryDay } from './delivery-day-store.ts';
import { listDeliveries } from './delivery-list-store.ts';
import { deliveryPosition } from './delivery-row.ts';
import { saveDelivery } from './delivery-store.ts';
import { dueTimeOf, messagesFor } from './next-attempt.ts';
import { isReplayed, type ReplayChoice } from './replay-choice.ts';
import type { ScheduleDeps } from './schedule-delivery.ts';

export interface Replay {
  webhook_id: WebhookId;
  /** Deliveries that were created in [since, until]. */
  since: Timestamp;
  until: Timestamp;
  only: ReplayChoice;
  /** Continues after this position; null is the beginning. */
  position: string | null;
}

const rowsPerPage = 100;
/** Rows written in parallel, and messages in one request. */
const rowsPerBatch = 10;
/** Deliveries a replay sends per second. The limits of the endpoint apply, too. */
const perSecond = 50;

/**
 * Sends deliveries of a time span again that an endpoint missed, oldest first. It skips deliveries that wait for an
 * attempt, so a replay that is repeated after a crash sends nothing twice.
 *
 * @param mayGoOn asked before each page, with the number of deliveries so far
 * @returns that number, and the position to continue from; null when all are done
 */
export async function replayDeliveries(
  deps: ScheduleDeps,
  replay: Replay,
  mayGoOn: (replayed: number) => boolean,
): Promise<{ replayed: number; position: string | null }> {
  let { position } = replay;
  let replayed = 0;
  while (mayGoOn(replayed)) {
    const page = await listDeliveries(deps.table, replay.webhook_id, {
      from: position === null ? null : { position },
      ascending: true,
      limit: rowsPerPage,
      since: replay.since,
      until: replay.until,
      accept: (delivery) => isReplayed(replay.only, delivery),
    });
    for (let from = 0; from < page.rows.length; from += rowsPerBatch) {
      const rows = page.rows.slice(from, from + rowsPerBatch);
      replayed += await restartAll(deps, rows, Math.floor(replayed / perSecond) * 1000);
      position = deliveryPosition(rows.at(-1) as Delivery);
    }
    if (page.end === null) return { replayed, position: null };
    position = page.end;
  }
  return { replayed, position };
}

/** @returns how many were stored; another writer has scheduled the others since they were read */
async function restartAll({ table, queue, clock }: ScheduleDeps, rows: Delivery[], delayMs: number): Promise<number> {
  const now = clock.now();
  const results = await Promise.all(
    rows.map(async (row) => {
      const again = restartDelivery(row, timestampOf(now + delayMs));
      if (again.expires_at > row.expires_at) await recordDeliveryDay(table, again);
      return saveDelivery(table, again, dueTimeOf(again, now));
    }),
  );
  const stored = results.filter((delivery) => delivery !== null);
  const messages = stored.flatMap((delivery) => messagesFor(delivery, now));
  if (messages.length > 0) await queue.send(messages);
  return stored.length;
}
