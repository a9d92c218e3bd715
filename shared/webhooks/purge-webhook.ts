import type { WebhookId } from '../platform/ids.ts';
import type { Table } from '../store/table.ts';
import { purgeDeliveries } from './delivery-store.ts';
import { deleteTraffic } from './endpoint-traffic-store.ts';
import type { WebhookQueue } from './webhook-queue.ts';

/**
 * Deletes the rows of a deleted endpoint: its deliveries, and last its traffic row, which is the timer of the purge.
 * Another message continues what the time does not allow.
 */
export async function purgeWebhook(
  { table, queue }: { table: Table; queue: Pick<WebhookQueue, 'send'> },
  webhookId: WebhookId,
  mayGoOn: () => boolean,
): Promise<void> {
  if (await purgeDeliveries(table, webhookId, mayGoOn)) await deleteTraffic(table, webhookId);
  else await queue.send([{ message: { kind: 'purge', webhook_id: webhookId } }]);
}
