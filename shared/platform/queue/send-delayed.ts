import type { SqsClient } from '../aws/sqs-client.ts';

/** SQS takes ten messages in one request. */
const perRequest = 10;

/** SQS holds a message back for a quarter of an hour at most. */
const longestDelaySeconds = 900;

/**
 * Puts messages into a standard queue, up to ten a request.
 *
 * @param messages each with how many seconds the queue holds it back; less than 0 counts as 0, more than 900 as 900
 * @throws when the queue did not take all of them
 */
export async function sendDelayed(
  sqs: SqsClient,
  queueUrl: string,
  messages: { message: object; delaySeconds: number }[],
): Promise<void> {
  const batches = Array.from({ length: Math.ceil(messages.length / perRequest) }, (_, index) =>
    messages.slice(index * perRequest, (index + 1) * perRequest),
  );
  await Promise.all(
    batches.map(async (batch) => {
      const refused = await sqs.sendMessageBatch({
        QueueUrl: queueUrl,
        Entries: batch.map(({ message, delaySeconds }, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(message),
          DelaySeconds: Math.min(Math.max(Math.ceil(delaySeconds), 0), longestDelaySeconds),
        })),
      });
      if (refused.length > 0) throw new Error(`the queue refused ${refused.length} messages: ${refused[0]?.Code}`);
    }),
  );
}
