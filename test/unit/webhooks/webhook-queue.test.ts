import { ChangeMessageVisibilityCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
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
    delaySeconds: index / 2,
  }));

  function createQueue(answer: (command: unknown) => object = () => ({})) {
    const sent: unknown[] = [];
    const send = (command: unknown) => {
      sent.push(command);
      return Promise.resolve(answer(command));
    };
    return { sent, queue: createWebhookQueue({ send } as never, 'https://queue') };
  }
  const batchesOf = (sent: unknown[]) => (sent as SendMessageBatchCommand[]).map(({ input }) => input.Entries ?? []);

  it('gets readable messages, ten per request', async () => {
    const { queue, sent } = createQueue();
    await queue.send(messages);
    const batches = batchesOf(sent);
    expect(batches.map((batch) => batch.length)).toEqual([10, 10, 3]);
    expect(batches.every((batch) => new Set(batch.map(({ Id }) => Id)).size === batch.length)).toBe(true);
    expect(batches.flat().map(({ MessageBody }) => parseWebhookMessage(MessageBody ?? ''))).toEqual(
      messages.map(({ message }) => ({ ...message, deferrals: 0 })),
    );
  });

  it('delays messages by whole seconds, rounded up, and no longer than SQS can', async () => {
    const { queue, sent } = createQueue();
    const [message] = messages.map((one) => one.message);
    await queue.send([undefined, 0, 0.2, 5, 899.5, 5000].map((delaySeconds) => ({ message, delaySeconds }) as never));
    expect(
      batchesOf(sent)
        .flat()
        .map(({ DelaySeconds }) => DelaySeconds),
    ).toEqual([0, 0, 1, 5, 900, 900]);
  });

  it('throws when it refused one message of many', async () => {
    const { queue } = createQueue(() => ({ Failed: [{ Id: '3', Code: 'InternalError', SenderFault: false }] }));
    await expect(queue.send(messages)).rejects.toThrow('the queue refused 1 messages: InternalError');
  });

  it('postpones a received message', async () => {
    const { queue, sent } = createQueue();
    await queue.postpone('receipt', 30);
    const [command] = sent;
    expect(command).toBeInstanceOf(ChangeMessageVisibilityCommand);
    expect((command as ChangeMessageVisibilityCommand).input).toEqual({
      QueueUrl: 'https://queue',
      ReceiptHandle: 'receipt',
      VisibilityTimeout: 30,
    });
  });
});
