import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { askAgain, type Delivery, isReplayed, type ReplayChoice } from './delivery.ts';
import { deliveryPosition, listDeliveries, saveDelivery } from './delivery-store.ts';
import { type KeepDeliveryDeps, messagesFor, timerOf } from './schedule-delivery.ts';

export interface Replay {
  webhook_id: string;
  /** Of deliveries created in [since, until]. */
  since: Timestamp;
  until: Timestamp;
  only: ReplayChoice;
  /** Where to go on, right after; null is the beginning. */
  position: string | null;
}

const rowsPerPage = 100;
/** Rows written side by side, and messages in one request. */
const atATime = 10;
/** A replay keeps to this many deliveries per second by itself; the endpoint's own limit holds besides. */
const perSecond = 50;

/**
 * Asks again for an endpoint's deliveries of a time that it has not got, oldest first. What is waiting for an attempt
 * comes anyhow and is left alone; so repeating a replay that broke off repeats nothing.
 *
 * @param mayGoOn asked before each page, with how many were asked for so far
 * @returns that number, and the position to go on from; null when all are done
 */
export async function replayDeliveries(
  deps: KeepDeliveryDeps,
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
    for (let from = 0; from < page.rows.length; from += atATime) {
      const rows = page.rows.slice(from, from + atATime);
      replayed += await askForAgain(deps, rows, Math.floor(replayed / perSecond) * 1000);
      position = deliveryPosition(rows.at(-1) as Delivery);
    }
    if (page.end === null) return { replayed, position: null };
    position = page.end;
  }
  return { replayed, position };
}

async function askForAgain(
  { table, queue, clock }: KeepDeliveryDeps,
  rows: Delivery[],
  delayMs: number,
): Promise<number> {
  const now = clock.now();
  const asked = await Promise.all(
    rows.map((row) => {
      const again = askAgain(row, timestampOf(now + delayMs));
      return saveDelivery(table, again, timerOf(again, now));
    }),
  );
  const stored = asked.filter((delivery) => delivery !== null);
  const messages = stored.flatMap((delivery) => messagesFor(delivery, now));
  if (messages.length > 0) await queue.send(messages);
  return stored.length;
}
