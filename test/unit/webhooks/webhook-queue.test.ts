import { ChangeMessageVisibilityCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createWebhookQueue, parseWebhookMessage } from '../../../shared/messaging/webhook-queue.ts';
import { createFact } from '../../support/webhook-fixtures.ts';

const fact = createFact();

describe('a message of the webhook queue', () => {
  it('is a fact as EventBridge hands it over', () => {
    const envelope = {
      version: '0',
      id: '6f1c2d5e-1111-4222-8333-444455556666',
      'detail-type': 'calendar.events_update',
      source: 'kalends',
      account: '123456789012',
      time: '2026-11-21T09:00:00Z',
      region: 'eu-central-1',
      resources: [],
      detail: fact,
    };
    expect(parseWebhookMessage(JSON.stringify(envelope))).toEqual({ fact, webhookId: null });
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['empty', ''],
    ['of another source', JSON.stringify({ source: 'aws.ec2', detail: fact })],
    [
      'of an unknown trigger',
      JSON.stringify({ source: 'kalends', detail: createFact({ trigger: 'bot.born' as never }) }),
    ],
    ['without its endpoint', JSON.stringify({ fact })],
    ['without its fact', JSON.stringify({ webhook_id: 'webhook_1' })],
  ])('is none when %s', (_reason, text) => {
    expect(parseWebhookMessage(text)).toBeNull();
  });
});

describe('the webhook queue', () => {
  const ids = Array.from({ length: 23 }, (_, index) => `webhook_${index}`);

  function createQueue(answer: (command: unknown) => object = () => ({})) {
    const sent: unknown[] = [];
    const send = (command: unknown) => {
      sent.push(command);
      return Promise.resolve(answer(command));
    };
    return { sent, queue: createWebhookQueue({ send } as never, 'https://queue') };
  }

  it('gets one readable message per endpoint, ten in a call', async () => {
    const { queue, sent } = createQueue();
    await queue.sendToEach(fact, ids);
    const batches = (sent as SendMessageBatchCommand[]).map(({ input }) => input.Entries ?? []);
    expect(batches.map((batch) => batch.length)).toEqual([10, 10, 3]);
    expect(batches.flat().map(({ MessageBody }) => parseWebhookMessage(MessageBody ?? ''))).toEqual(
      ids.map((webhookId) => ({ fact, webhookId })),
    );
  });

  it('does not hide that it refused a message out of many', async () => {
    const { queue } = createQueue(() => ({ Failed: [{ Id: 'webhook_3', Code: 'InternalError', SenderFault: false }] }));
    await expect(queue.sendToEach(fact, ids)).rejects.toThrow('the queue refused 1 messages: InternalError');
  });

  it('hides a message for a time', async () => {
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
