import { describe, expect, it } from 'vitest';
import type { RefusedEntry, SqsClient } from '../../../shared/platform/aws/sqs-client.ts';
import { sendDelayed } from '../../../shared/platform/queue/send-delayed.ts';
import { mostRequests } from '../../../shared/platform/repeat-refused.ts';

const QueueUrl = 'https://sqs.example.com/q';

/** A queue that refuses some entries of each request in turn. */
function queueRefusing(...refusals: ((bodies: string[]) => RefusedEntry[])[]) {
  const requests: string[][] = [];
  const groups: (string | undefined)[] = [];
  const unused = () => Promise.reject(new Error('unused'));
  const sqs: SqsClient = {
    sendMessage: unused,
    changeMessageVisibility: unused,
    sendMessageBatch: ({ Entries }) => {
      const bodies = Entries.map(({ MessageBody }) => MessageBody);
      requests.push(bodies);
      groups.push(...Entries.map(({ MessageGroupId }) => MessageGroupId));
      return Promise.resolve(refusals.shift()?.(bodies) ?? []);
    },
  };
  return { sqs, requests, groups };
}

const entries = (count: number, text = '') =>
  Array.from({ length: count }, (_, index) => ({
    message: { index, text },
    delaySeconds: 0,
    projectId: `proj_${index}`,
  }));
const throttled = (index: number): RefusedEntry => ({ Id: String(index), Code: 'ServiceUnavailable' });

describe('messages for a queue', () => {
  it('are sent ten in a request, each in the group of its project', async () => {
    const { sqs, requests, groups } = queueRefusing();
    await sendDelayed(sqs, QueueUrl, entries(23));
    expect(requests.map((bodies) => bodies.length)).toEqual([10, 10, 3]);
    expect(groups.slice(0, 3)).toEqual(['proj_0', 'proj_1', 'proj_2']);
  });

  it('that together exceed 256 KiB are sent in several requests', async () => {
    const { sqs, requests } = queueRefusing();
    await sendDelayed(sqs, QueueUrl, entries(7, 'x'.repeat(100_000)));
    expect(requests.map((bodies) => bodies.length)).toEqual([2, 2, 2, 1]);
    expect(Math.max(...requests.map((bodies) => Buffer.byteLength(bodies.join(''))))).toBeLessThan(262_144);
  });

  it('are sent again, and only those, when the queue did not take some of a request', async () => {
    const { sqs, requests } = queueRefusing(
      () => [throttled(1), throttled(3)],
      () => [throttled(0)],
    );
    await sendDelayed(sqs, QueueUrl, entries(5));
    const indexes = requests.map((bodies) => bodies.map((body) => (JSON.parse(body) as { index: number }).index));
    expect(indexes).toEqual([[0, 1, 2, 3, 4], [1, 3], [1]]);
  });

  it('that the queue never takes are reported after a few requests', async () => {
    const { sqs, requests } = queueRefusing(...Array.from({ length: 20 }, () => () => [throttled(0)]));
    await expect(sendDelayed(sqs, QueueUrl, entries(2))).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: 'the queue refused 1 messages: ServiceUnavailable',
    });
    expect(requests).toHaveLength(mostRequests);
  });

  it('that are at fault themselves are reported at once, and the others are sent again', async () => {
    const { sqs, requests } = queueRefusing(() => [
      { Id: '0', Code: 'InvalidMessageContents', SenderFault: true },
      throttled(1),
    ]);
    await expect(sendDelayed(sqs, QueueUrl, entries(3))).rejects.toThrow('1 messages: InvalidMessageContents');
    expect(requests).toHaveLength(2);
  });
});
