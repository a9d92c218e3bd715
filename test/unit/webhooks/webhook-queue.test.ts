import { describe, expect, it } from 'vitest';
import type { RefusedEntry, SqsClient } from '../../../shared/platform/aws/sqs-client.ts';
import { createWebhookQueue, parseWebhookMessage } from '../../../shared/webhooks/webhook-queue.ts';

describe('a message of the webhook queue', () => {
  it('names a delivery, and how often it was postponed', () => {
    const message = { kind: 'delivery', webhook_id: 'webhook_1', delivery_id: 'delivery_1' };
    expect(parseWebhookMessage(JSON.stringify(message))).toEqual({ ...message, deferrals: 0 });
    expect(parseWebhookMessage(JSON.stringify({ ...message, deferrals: 3 }))).toEqual({ ...message, deferrals: 3 });
  });

  it.each([
    ['not JSON', '{'],
    ['not an object', '[]'],
    ['empty', ''],
    ['of no kind', JSON.stringify({ webhook_id: 'webhook_1', delivery_id: 'delivery_1' })],
    ['of an unknown kind', JSON.stringify({ kind: 'dance', webhook_id: 'webhook_1' })],
    ['without its endpoint', JSON.stringify({ kind: 'delivery', delivery_id: 'delivery_1' })],
    ['without its delivery', JSON.stringify({ kind: 'delivery', webhook_id: 'webhook_1' })],
    [
      'a replay without an end',
      JSON.stringify({ kind: 'replay', project_id: 'p', webhook_id: 'w', since: '2026', only: 'failed' }),
    ],
  ])('is refused when it is %s', (_reason, text) => {
    expect(parseWebhookMessage(text)).toBeNull();
  });
});

describe('the webhook queue', () => {
  const messages = Array.from({ length: 23 }, (_, index) => ({
    message: { kind: 'delivery', webhook_id: 'webhook_1', delivery_id: `delivery_${index}` } as const,
    projectId: 'proj_1',
    delaySeconds: index / 2,
  }));

  function createQueue(refused: RefusedEntry[] = []) {
    const batches: Parameters<SqsClient['sendMessageBatch']>[0]['Entries'][] = [];
    const changes: unknown[] = [];
    const sqs: SqsClient = {
      sendMessage: () => Promise.reject(new Error('messages are sent in batches')),
      sendMessageBatch: async ({ Entries }) => {
        batches.push(Entries);
        return refused;
      },
      changeMessageVisibility: async (change) => {
        changes.push(change);
      },
    };
    return { batches, changes, queue: createWebhookQueue(sqs, 'https://queue') };
  }

  it('gets readable messages, ten per request', async () => {
    const { queue, batches } = createQueue();
    await queue.send(messages);
    expect(batches.map((batch) => batch.length)).toEqual([10, 10, 3]);
    expect(batches.every((batch) => new Set(batch.map(({ Id }) => Id)).size === batch.length)).toBe(true);
    expect(batches.flat().map(({ MessageBody }) => parseWebhookMessage(MessageBody))).toEqual(
      messages.map(({ message }) => ({ ...message, deferrals: 0 })),
    );
  });

  it('delays messages by whole seconds, rounded up, and no longer than SQS can', async () => {
    const { queue, batches } = createQueue();
    const [message] = messages.map((one) => one.message);
    await queue.send(
      [undefined, 0, 0.2, 5, 899.5, 5000].map(
        (delaySeconds) => ({ message, projectId: 'proj_1', delaySeconds }) as never,
      ),
    );
    expect(batches.flat().map(({ DelaySeconds }) => DelaySeconds)).toEqual([0, 0, 1, 5, 900, 900]);
  });

  it('throws when it refused one message of each request again and again', async () => {
    const { queue } = createQueue([{ Id: '0', Code: 'InternalError' }]);
    await expect(queue.send(messages)).rejects.toThrow('the queue refused 3 messages: InternalError');
  });

  it('postpones a received message', async () => {
    const { queue, changes } = createQueue();
    await queue.postpone('receipt', 30);
    expect(changes).toEqual([{ QueueUrl: 'https://queue', ReceiptHandle: 'receipt', VisibilityTimeout: 30 }]);
  });
});
