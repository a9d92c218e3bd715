import type { SqsClient } from '../platform/aws/sqs-client.ts';
import { sendDelayed } from '../platform/queue/send-delayed.ts';
import type { TickScanMessage, TicksMessage } from './tick-message.ts';

/** Messages about ticks. They go through the bot queue, whose work is due to the second, too. */
export interface TickQueue {
  /** @throws when the queue refused any */
  sendTicks(entries: { message: TicksMessage; delaySeconds: number }[]): Promise<void>;
  sendScans(entries: { message: TickScanMessage; delaySeconds: number }[]): Promise<void>;
}

export function createTickQueue(sqs: SqsClient, queueUrl: string): TickQueue {
  const send = (entries: { message: TickScanMessage | TicksMessage; delaySeconds: number }[]): Promise<void> =>
    sendDelayed(
      sqs,
      queueUrl,
      entries.map(({ message, delaySeconds }) => ({ message, delaySeconds, projectId: message.project_id })),
    );
  return { sendTicks: send, sendScans: send };
}
