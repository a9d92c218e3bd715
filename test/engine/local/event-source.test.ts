import { setTimeout as sleep } from 'node:timers/promises';
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { returned, threw } from './local-function.ts';
import { useEventSources } from './use-event-sources.ts';

/** For a machine that is busy with other things; what is awaited normally takes milliseconds. */
const PATIENCE = { timeout: 20_000 };

const world = useEventSources();
const { setUp, send, total } = world;
const bodies = (event: SQSEvent): string[] => event.Records.map(({ body }) => body);

describe('an event source', () => {
  it('hands over messages as Lambda spells them and deletes them afterwards', async () => {
    const events: SQSEvent[] = [];
    const { queue, start } = await setUp((event) => {
      events.push(event);
      return returned(undefined);
    });
    start();
    const attribute = { DataType: 'String', StringValue: 'v' };
    await world.sqs.send(
      new SendMessageCommand({ QueueUrl: queue.url, MessageBody: '{"a":1}', MessageAttributes: { n: attribute } }),
    );
    await expect.poll(() => total(queue), PATIENCE).toBe(0);
    expect(events).toHaveLength(1);
    const [record] = events[0]?.Records ?? [];
    expect(record).toMatchObject({
      body: '{"a":1}',
      eventSource: 'aws:sqs',
      eventSourceARN: queue.arn,
      awsRegion: 'us-east-1',
      messageAttributes: { n: { dataType: 'String', stringValue: 'v' } },
      attributes: { ApproximateReceiveCount: '1' },
    });
    expect(Math.abs(Number(record?.attributes.SentTimestamp) - Date.now())).toBeLessThan(5_000);
  });

  it.each([{}, { FifoQueue: true }])('hands over what is held back once the clock was moved on: %o', async (kind) => {
    const received: string[] = [];
    const handle = (event: SQSEvent) => {
      received.push(...bodies(event));
      return returned(undefined);
    };
    const { queue, start } = await setUp(handle, { ...kind, DelaySeconds: 600 });
    start();
    await send(queue, 'a', 'FifoQueue' in kind ? 'group' : undefined);
    world.engine.advanceDelays(590_000);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(received).toEqual([]);
    world.engine.advanceDelays(10_000);
    await expect.poll(() => received, PATIENCE).toEqual(['a']);
  });

  it('invokes within 20 ms of a message becoming visible, also after its delay', async () => {
    const latencies: number[] = [];
    const { queue, start } = await setUp(
      (event) => {
        for (const body of bodies(event)) latencies.push(Date.now() - Number(body) - 1_000);
        return returned(undefined);
      },
      { FifoQueue: true, DelaySeconds: 1 },
    );
    start();
    for (let index = 0; index < 5; index += 1) {
      await send(queue, String(Date.now()), `group-${index}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await expect.poll(() => latencies.length, PATIENCE).toBe(5);
    // The queue engine looks every 20 ms; the best two of five show it even on a busy machine.
    expect(latencies.sort((a, b) => a - b)[1]).toBeLessThan(50);
    expect(Math.min(...latencies)).toBeGreaterThanOrEqual(0);
  });

  it('returns only the messages that were reported as failed, and after two receives to the dead-letter queue', async () => {
    const seen: string[] = [];
    const { queue, dead, start } = await setUp((event) => {
      seen.push(...bodies(event));
      const bad = event.Records.filter(({ body }) => body === 'bad');
      return returned({ batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) });
    });
    const entries = ['good', 'bad', 'fine'].map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await world.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries: entries }));
    start();
    await expect.poll(() => total(dead), PATIENCE).toBe(1);
    expect(seen.sort()).toEqual(['bad', 'bad', 'fine', 'good']);
    expect(await total(queue)).toBe(0);
    const { Messages = [] } = await world.sqs.send(new ReceiveMessageCommand({ QueueUrl: dead.url }));
    expect(Messages[0]?.Body).toBe('bad');
  });

  it('leaves everything to the visibility time-out when the function throws', async () => {
    const times: number[] = [];
    const { queue, start } = await setUp(() => {
      times.push(performance.now());
      return times.length === 1 ? threw() : returned(undefined);
    });
    start();
    await send(queue, 'x');
    await expect.poll(() => times.length, PATIENCE).toBe(2);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(900);
  });

  it.each(['crash', 'error'] as const)(
    'waits out the visibility time-out after a %s, by the local clock',
    async (kind) => {
      let calls = 0;
      const handle = () => {
        calls += 1;
        return calls === 1 ? threw(kind) : returned(undefined);
      };
      const { queue, start } = await setUp(handle, { VisibilityTimeout: 60 });
      start();
      await send(queue, 'x');
      await expect.poll(() => calls, PATIENCE).toBe(1);
      await sleep(200);
      world.engine.advanceDelays(50_000);
      await sleep(200);
      expect(calls).toBe(1);
      world.engine.advanceDelays(10_000);
      await expect.poll(() => calls, PATIENCE).toBe(2);
    },
  );

  it('keeps a message hidden while it is worked on, however far the local clock is moved', async () => {
    let calls = 0;
    const handle = async () => {
      calls += 1;
      await sleep(500);
      return returned(undefined);
    };
    const { queue, start } = await setUp(handle, { VisibilityTimeout: 60 });
    start();
    await send(queue, 'x');
    await expect.poll(() => calls, PATIENCE).toBe(1);
    world.engine.advanceDelays(3_600_000);
    await expect.poll(() => total(queue), PATIENCE).toBe(0);
    expect(calls).toBe(1);
  });

  it('never works on one FIFO group twice at a time, keeps its order, and works on others meanwhile', async () => {
    const running = new Map<string, number>();
    const order: string[] = [];
    let most = 0;
    const { queue, start } = await setUp(
      async (event) => {
        for (const { attributes, body } of event.Records) {
          const group = attributes.MessageGroupId ?? '';
          running.set(group, (running.get(group) ?? 0) + 1);
          expect(running.get(group)).toBe(1);
          order.push(`${group}${body}`);
        }
        most = Math.max(
          most,
          [...running.values()].reduce((sum, value) => sum + value, 0),
        );
        await new Promise((resolve) => setTimeout(resolve, 30));
        for (const { attributes } of event.Records) running.set(attributes.MessageGroupId ?? '', 0);
        return returned(undefined);
      },
      { FifoQueue: true, VisibilityTimeout: 30 },
      { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 3 } },
    );
    for (const body of ['1', '2', '3', '4']) for (const group of ['a', 'b', 'c']) await send(queue, body, group);
    start();
    await expect.poll(() => order.length, PATIENCE).toBe(12);
    for (const group of ['a', 'b', 'c']) {
      expect(order.filter((entry) => entry.startsWith(group))).toEqual(
        ['1', '2', '3', '4'].map((body) => group + body),
      );
    }
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
  });

  it('gathers a batch over the batching window', async () => {
    const batches: string[][] = [];
    const { queue, start } = await setUp(
      (event) => {
        batches.push(bodies(event));
        return returned(undefined);
      },
      { VisibilityTimeout: 30 },
      { BatchSize: 3, MaximumBatchingWindowInSeconds: 5 },
    );
    start();
    for (const body of ['1', '2', '3', '4']) await send(queue, body);
    await expect.poll(() => batches.length, PATIENCE).toBe(1);
    expect(batches[0]).toEqual(['1', '2', '3']);
  });

  it("gives the mapping's concurrency to the function's pool", async () => {
    const { caps } = await setUp(() => returned(undefined), {}, { ScalingConfig: { MaximumConcurrency: 7 } });
    expect(caps).toEqual([7]);
  });

  it('refuses settings it would not honour', async () => {
    await expect(setUp(() => returned(undefined), {}, { FilterCriteria: {} })).rejects.toThrow('FilterCriteria');
    await expect(setUp(() => returned(undefined), {}, { FunctionName: 'other' })).rejects.toThrow(
      'no such queue or function',
    );
  });
});

describe('A standard queue', () => {
  it('is fair: messages of a group with few messages in work come before those that wait for longer', async () => {
    const work = Promise.withResolvers<void>();
    const order: string[] = [];
    const { queue, start } = await setUp(
      async ({ Records }) => {
        const [record] = Records;
        const isNoisy = record?.body.startsWith('noisy') ?? false;
        order.push(record?.body ?? '');
        if (isNoisy) await work.promise;
        return returned({ batchItemFailures: [] });
      },
      { VisibilityTimeout: 60 },
      { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 3 } },
    );
    const sendTo = (group: string, ...texts: string[]) => {
      const Entries = texts.map((text, index) => ({ Id: `${index}`, MessageBody: text, MessageGroupId: group }));
      return world.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));
    };
    await sendTo('noisy', ...Array.from({ length: 10 }, (_none, index) => `noisy ${index}`));
    start();
    await expect.poll(() => order.length, PATIENCE).toBe(3);
    await sendTo('quiet', 'quiet');
    work.resolve();
    await expect.poll(() => order, PATIENCE).toContain('quiet');
    expect(order.indexOf('quiet')).toBeLessThanOrEqual(4);
    await expect.poll(() => order.length, PATIENCE).toBe(11);
  });
});
