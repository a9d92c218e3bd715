import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import type { LocalClock } from './create-clock.ts';
import type { LocalTable } from './local-table.ts';
import { expiryIntervalMs, expiryPollMs } from './timing.ts';

/** Deletes expired rows. */
export type TimeToLive = {
  /** From now on deletes expired rows each hour of local time: within a minute after the clock jumps by an hour. */
  start: () => void;
  /** Deletes the rows that have expired by the local clock, and returns their number. */
  expire: () => Promise<number>;
  /** Ends the timer and waits for the pass that is running. */
  stop: () => Promise<void>;
};

/**
 * Rows that expired longer ago are never deleted
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html).
 */
const OLDEST_SECONDS = 5 * 365 * 86_400;

/**
 * Deletes rows whose time to live (seconds since the epoch) has passed by the local clock. DynamoDB does it within days.
 * DynamoDB Local does it too, by the real clock and only in tables without global indexes (observed). It deletes nothing
 * too early, because the real clock is never ahead of the local one.
 */
export const createTimeToLive = (
  client: DynamoDBClient,
  tables: readonly LocalTable[],
  clock: Pick<LocalClock, 'now'>,
  log: (line: string) => void,
): TimeToLive => {
  const expireRow = async (table: LocalTable, row: Record<string, AttributeValue>): Promise<number> => {
    const { expiryAttribute = '' } = table;
    try {
      await client.send(
        new DeleteItemCommand({
          TableName: table.name,
          Key: Object.fromEntries(table.keyNames.map((name) => [name, row[name] as AttributeValue])),
          // Keeps a row whose time to live was extended after it was read.
          ConditionExpression: '#expiry = :seen',
          ExpressionAttributeNames: { '#expiry': expiryAttribute },
          ExpressionAttributeValues: { ':seen': row[expiryAttribute] as AttributeValue },
        }),
      );
      return 1;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 0;
      throw error;
    }
  };

  const expireTable = async (table: LocalTable): Promise<number> => {
    if (table.expiryAttribute === undefined) return 0;
    const attributes = [...table.keyNames, table.expiryAttribute];
    const now = Math.floor(clock.now() / 1000);
    const pages = paginateScan(
      { client },
      {
        TableName: table.name,
        ProjectionExpression: attributes.map((_, index) => `#a${index}`).join(', '),
        // A value that is not a number never matches, as in DynamoDB.
        FilterExpression: `#a${attributes.length - 1} < :now AND #a${attributes.length - 1} >= :oldest`,
        ExpressionAttributeNames: Object.fromEntries(attributes.map((name, index) => [`#a${index}`, name])),
        ExpressionAttributeValues: { ':now': { N: String(now) }, ':oldest': { N: String(now - OLDEST_SECONDS) } },
      },
    );
    let deleted = 0;
    for await (const { Items = [] } of pages) {
      for (const row of Items) deleted += await expireRow(table, row);
    }
    return deleted;
  };

  const expire = async (): Promise<number> => {
    const counts = await Promise.all(tables.map(expireTable));
    return counts.reduce((sum, count) => sum + count, 0);
  };

  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  return {
    expire,
    start: () => {
      let lastAt = clock.now();
      timer = setInterval(() => {
        if (clock.now() - lastAt < expiryIntervalMs) return;
        lastAt = clock.now();
        running = expire().catch((error: unknown) => log(`time to live: ${String(error)}`));
      }, expiryPollMs);
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
};
