import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import type { LocalClock } from './create-clock.ts';
import type { LocalTable } from './local-table.ts';

export type TimeToLive = {
  /** Deletes expired rows each hour of local time, hence within a minute after a long jump. */
  start: () => void;
  /** Deletes what has expired by the local clock; gives the number of deleted rows. */
  expire: () => Promise<number>;
  /** Ends the timer and waits for what it began. */
  stop: () => Promise<void>;
};

const LOOK_EVERY_MS = 60_000;
/** All rows are read each time: seconds for some ten thousand, too much for each minute. */
const EXPIRE_EVERY_MS = 3_600_000;
/**
 * What expired longer ago is never deleted
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html).
 */
const OLDEST_SECONDS = 5 * 365 * 86_400;

/**
 * Does what DynamoDB does within days: deletes rows whose time to live, a number of seconds since the epoch, has passed,
 * here by the local clock. DynamoDB Local does so too, by the real clock and only in tables without global indexes
 * (observed). As the real clock is never ahead of the local one, it deletes nothing too early.
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
          // A row that was given more time since it was read stays.
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
        // Compared with a number, values of other types never match, as in DynamoDB.
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
        if (clock.now() - lastAt < EXPIRE_EVERY_MS) return;
        lastAt = clock.now();
        running = expire().catch((error: unknown) => log(`time to live: ${String(error)}`));
      }, LOOK_EVERY_MS);
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
};
