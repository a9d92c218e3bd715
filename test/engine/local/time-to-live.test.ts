import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClock } from '../../../local/runner/create-clock.ts';
import { createTimeToLive } from '../../../local/runner/create-time-to-live.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/runner/local-account.ts';
import { type LocalStack, startLocal } from '../../../local/start-local.ts';
import { miniOptions } from './mini-stack.ts';

const HOUR = 3600;

let stack: LocalStack;
let client: DynamoDBClient;
beforeAll(async () => {
  stack = await startLocal(miniOptions());
  client = new DynamoDBClient({
    endpoint: stack.dynamodbEndpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
});
afterAll(async () => {
  client?.destroy();
  await stack?.close();
});

/** The present by the local clock, in seconds. */
const now = (): number => Math.floor(stack.now() / 1000);
const put = (pk: string, expiry: { N: string } | { S: string }, more = {}) =>
  client.send(new PutItemCommand({ TableName: stack.tableName, Item: { pk: { S: pk }, expires_at: expiry, ...more } }));
const at = (seconds: number) => ({ N: String(seconds) });
/** The time to live of the stack's table with a clock that is `ahead` seconds ahead of the stack's. */
const createAhead = (ahead: number, through = client, table = {}) => {
  const clock = createClock(stack.now() - Date.now() + ahead * 1000);
  const keys = { name: stack.tableName, keyNames: ['pk'], expiryAttribute: 'expires_at' };
  return { clock, timeToLive: createTimeToLive(through, [{ ...keys, ...table }], clock, () => {}) };
};
const listKeys = async (): Promise<string[]> => {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: stack.tableName }));
  return Items.map(({ pk }) => pk?.S ?? '').sort();
};

describe('time to live', () => {
  it('follows the local clock: a tick after a jump deletes what has expired, and only that', async () => {
    await put('soon', at(now() + HOUR));
    await put('later', at(now() + 3 * HOUR));
    await put('text', { S: String(now() + HOUR) });
    await put('milliseconds', at(stack.now() + HOUR * 1000));
    await put('ancient', at(1_000_000));
    await client.send(new PutItemCommand({ TableName: stack.tableName, Item: { pk: { S: 'none' } } }));

    await stack.tick();
    expect(await listKeys()).toEqual(['ancient', 'later', 'milliseconds', 'none', 'soon', 'text']);
    stack.advanceClock(2 * HOUR * 1000);
    await stack.tick();
    expect(await listKeys()).toEqual(['ancient', 'later', 'milliseconds', 'none', 'text']);
    stack.advanceClock(2 * HOUR * 1000);
    await fetch(`${stack.url}/_local/tick`, { method: 'POST' });
    expect(await listKeys()).toEqual(['ancient', 'milliseconds', 'none', 'text']);
  });

  it('finds every expired row of many pages', async () => {
    // A page of a scan ends after a megabyte.
    const ballast = { ballast: { S: 'x'.repeat(300_000) } };
    for (let index = 0; index < 10; index += 1) await put(`page-${index}`, at(now() + HOUR), ballast);
    stack.advanceClock(2 * HOUR * 1000);
    await stack.tick();
    expect((await listKeys()).filter((key) => key.startsWith('page-'))).toEqual([]);
  });

  it('spares a row that is given more time at the last moment', async () => {
    await put('extended', at(now() + HOUR));
    await put('expired', at(now() + HOUR));
    const interfering = Object.assign(Object.create(client) as DynamoDBClient, {
      send: async (command: Parameters<DynamoDBClient['send']>[0]) => {
        if (command instanceof DeleteItemCommand && command.input.Key?.['pk']?.S === 'extended') {
          await client.send(
            new UpdateItemCommand({
              TableName: stack.tableName,
              Key: { pk: { S: 'extended' } },
              UpdateExpression: 'SET expires_at = :later',
              ExpressionAttributeValues: { ':later': at(now() + 9 * HOUR) },
            }),
          );
        }
        return client.send(command);
      },
    });
    expect(await createAhead(2 * HOUR, interfering).timeToLive.expire()).toBe(1);
    expect(await listKeys()).toContain('extended');
    expect(await listKeys()).not.toContain('expired');
  });

  it('comes within a minute after a jump of an hour, and ends with what it began', async () => {
    await put('minute', at(now() + HOUR / 2));
    const { clock, timeToLive } = createAhead(0);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      timeToLive.start();
      clock.advance((HOUR - 10) * 1000);
      vi.advanceTimersByTime(60_000);
      expect(await listKeys()).toContain('minute');
      clock.advance(10_000);
      vi.advanceTimersByTime(59_999);
      expect(await listKeys()).toContain('minute');
      vi.advanceTimersByTime(1);
      await timeToLive.stop();
      expect(await listKeys()).not.toContain('minute');
    } finally {
      vi.useRealTimers();
    }
  });

  it('leaves tables alone whose rows do not expire', async () => {
    await put('kept', at(now() + HOUR));
    expect(await createAhead(2 * HOUR, client, { expiryAttribute: undefined }).timeToLive.expire()).toBe(0);
    expect(await listKeys()).toContain('kept');
  });
});
