import type { PushSender } from '../push-sender.ts';

/** What the record of deliveries says of one POST. */
export type NotificationPost = { url: string; subscriptionIds: string[]; lifecycle: boolean };

/** One entry of a notification's `value`. */
type NotificationItem = Record<string, unknown> & { subscriptionId: string; lifecycleEvent?: string };

export type NotificationOutbox = {
  /** Queues one item. Items for the same address that are queued in the same moment go in one POST. */
  add(url: string, item: NotificationItem): void;
  /** Resolves once nothing is queued, waiting or in flight. */
  idle(): Promise<void>;
};

/** Gathers the notifications of a moment and hands them to the sender, address by address. */
export function createNotificationOutbox(
  sender: PushSender<NotificationPost>,
  settings: () => { batchSize: number; delayMs: number },
): NotificationOutbox {
  const queued = new Map<string, NotificationItem[]>();
  const flushes: Promise<void>[] = [];

  const flush = () => {
    const { batchSize, delayMs } = settings();
    for (const [url, items] of queued) {
      for (let start = 0; start < items.length; start += batchSize) {
        const value = items.slice(start, start + batchSize);
        const subscriptionIds = [...new Set(value.map((item) => item.subscriptionId))];
        const about = { url, subscriptionIds, lifecycle: value.some((item) => item.lifecycleEvent !== undefined) };
        const headers = { 'content-type': 'application/json; charset=utf-8' };
        void sender.deliver({ address: url, headers, body: JSON.stringify({ value }), about }, delayMs);
      }
    }
    queued.clear();
  };

  return {
    add(url, item) {
      const items = queued.get(url);
      if (items === undefined) queued.set(url, [item]);
      else items.push(item);
      if (flushes.length > 0) return;
      const flushed = new Promise<void>((resolve) => {
        setImmediate(() => {
          flushes.length = 0;
          flush();
          resolve();
        });
      });
      flushes.push(flushed);
    },
    async idle() {
      await Promise.all(flushes);
      await sender.idle();
    },
  };
}
