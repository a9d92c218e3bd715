import type { Table } from '../store/table.ts';
import { deleteGate } from './circuit-breaker-store.ts';
import { purgeDeliveries } from './delivery-store.ts';
import type { WebhookQueue } from './webhook-queue.ts';

/**
 * Removes what a deleted endpoint left behind, its gate, and with it the timer of the purge, at last. What time does not
 * allow goes on with another message.
 */
export async function purgeWebhook(
  { table, queue }: { table: Table; queue: Pick<WebhookQueue, 'send'> },
  webhookId: string,
  mayGoOn: () => boolean,
): Promise<void> {
  if (await purgeDeliveries(table, webhookId, mayGoOn)) await deleteGate(table, webhookId);
  else await queue.send([{ message: { kind: 'purge', webhook_id: webhookId } }]);
}
