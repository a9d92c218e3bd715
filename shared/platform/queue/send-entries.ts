import { throttled } from '../aws/aws-error.ts';
import type { SqsClient, SqsMessage } from '../aws/sqs-client.ts';
import { inBatches } from '../in-batches.ts';
import { repeatRefused } from '../repeat-refused.ts';

/**
 * Limits of a request. SQS takes 1 MiB since August 2025, and took 256 KiB before
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html).
 */
const limits = { count: 10, bytes: 256 * 1024 };
/** What an entry has beside its body, with a margin. */
const bytesBeside = 512;

const bytesOf = ({ MessageBody }: SqsMessage): number => Buffer.byteLength(MessageBody) + bytesBeside;

/**
 * Puts messages into a queue, in as few requests as the limits allow. A message that was not taken is sent again a few
 * times.
 *
 * @throws AwsError when the queue did not take all of them for now; another error when it will never take one
 */
export async function sendEntries(sqs: SqsClient, QueueUrl: string, messages: readonly SqsMessage[]): Promise<void> {
  const results = await Promise.all(
    inBatches(messages, limits, bytesOf).map((batch) =>
      repeatRefused(batch, async (parts) => {
        const Entries = parts.map((message, index) => ({ Id: String(index), ...message }));
        const refused = await sqs.sendMessageBatch({ QueueUrl, Entries });
        return refused.flatMap(({ Id, Code, SenderFault = false }) => {
          const part = parts[Number(Id)];
          return part ? [{ part, code: Code, mayRepeat: !SenderFault }] : [];
        });
      }),
    ),
  );
  const lost = results.flat();
  if (lost.length === 0) return;
  const text = `the queue refused ${lost.length} messages: ${lost[0]?.code}`;
  throw lost.every(({ mayRepeat }) => mayRepeat) ? throttled(text) : new Error(text);
}
