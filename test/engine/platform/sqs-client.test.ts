import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/runner/local-account.ts';
import { type QueueEngine, startQueueEngine } from '../../../local/runner/start-queue-engine.ts';
import { createSqsClient, type SqsClient } from '../../../shared/platform/aws/sqs-client.ts';

const credentials = {
  AWS_REGION: LOCAL_REGION,
  AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
};
const clientOf = (endpoint: string): SqsClient =>
  createSqsClient({ env: { ...credentials, AWS_ENDPOINT_URL_SQS: endpoint }, pause: async () => {} });

let engine: QueueEngine;
let sdk: SQSClient;
let sqs: SqsClient;
beforeAll(async () => {
  engine = await startQueueEngine();
  sdk = new SQSClient({ endpoint: engine.endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
  sqs = clientOf(engine.endpoint);
});
afterAll(async () => {
  sdk.destroy();
  await engine.close();
});

const createQueue = async (name: string, Attributes: Record<string, string> = {}): Promise<string> => {
  const { QueueUrl = '' } = await sdk.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  return QueueUrl;
};
const receive = async (QueueUrl: string, VisibilityTimeout = 30) => {
  const { Messages = [] } = await sdk.send(
    new ReceiveMessageCommand({
      QueueUrl,
      VisibilityTimeout,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages;
};

describe('the client of SQS', () => {
  it('sends a message with its group and deduplication', async () => {
    const QueueUrl = await createQueue('one.fifo', { FifoQueue: 'true' });
    const message = { QueueUrl, MessageBody: '{"a":"ä"}', MessageGroupId: 'g', MessageDeduplicationId: 'd' };
    await sqs.sendMessage(message);
    await sqs.sendMessage(message);
    const messages = await receive(QueueUrl);
    expect(messages.map(({ Body }) => Body)).toEqual(['{"a":"ä"}']);
    expect(messages[0]?.Attributes).toMatchObject({ MessageGroupId: 'g', MessageDeduplicationId: 'd' });
  });

  it('sends a batch, and names the entries that were refused', async () => {
    const QueueUrl = await createQueue('many');
    const entry = { MessageBody: 'text', DelaySeconds: 0 };
    expect(await sqs.sendMessageBatch({ QueueUrl, Entries: [{ Id: '0', ...entry }] })).toEqual([]);
    expect(await receive(QueueUrl)).toHaveLength(1);
  });

  it('hides a message for another time', async () => {
    const QueueUrl = await createQueue('hidden');
    await sqs.sendMessage({ QueueUrl, MessageBody: 'text' });
    const [message] = await receive(QueueUrl);
    expect(await receive(QueueUrl)).toEqual([]);
    await sqs.changeMessageVisibility({
      QueueUrl,
      ReceiptHandle: message?.ReceiptHandle ?? '',
      VisibilityTimeout: 0,
    });
    await expect.poll(() => receive(QueueUrl, 0)).toHaveLength(1);
  });

  it('fails with the code of SQS', async () => {
    const missing = sqs.sendMessage({ QueueUrl: `${engine.endpoint}/000000000000/none`, MessageBody: 'text' });
    await expect(missing).rejects.toMatchObject({ name: expect.stringContaining('QueueDoesNotExist'), status: 400 });
  });

  it('sends again after a connection was cut', async () => {
    let requests = 0;
    const server: Server = createServer((request, response) => {
      requests += 1;
      if (requests === 1) request.socket.destroy();
      else response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await clientOf(`http://127.0.0.1:${port}`).sendMessage({ QueueUrl: 'url', MessageBody: 'text' });
    expect(requests).toBe(2);
    server.close();
  });
});
