import type { WebhookId } from '../platform/ids.ts';
import type { Table } from '../store/table.ts';
import { purgeDeliveries } from './delivery-store.ts';
import { deleteTraffic } from './endpoint-traffic-store.ts';
import type { WebhookQueue } from './webhook-queue.ts';

/**
 * Deletes the deliveries of a deleted endpoint. An attempt that runs meanwhile may still store one. So its timer, which
 * is due when no attempt can run any more, purges once more, and then deletes the list of days and the traffic row,
 * which is the timer. Another message continues what the time does not allow.
 */
export async function purgeWebhook(
  { table, queue }: { table: Table; queue: Pick<WebhookQueue, 'send'> },
  { project_id, webhook_id, is_last }: { project_id: string; webhook_id: WebhookId; is_last: boolean },
  mayGoOn: () => boolean,
): Promise<void> {
  const isDone = await purgeDeliveries(table, webhook_id, is_last ? 'delete' : 'keep', mayGoOn);
  if (!isDone) {
    await queue.send([{ message: { kind: 'purge', project_id, webhook_id, is_last }, projectId: project_id }]);
  }
  if (isDone && is_last) await deleteTraffic(table, webhook_id);
}
