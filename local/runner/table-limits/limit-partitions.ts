import {
  type createShapes,
  type JsonInput,
  type JsonItem,
  type JsonWrite,
  listWrites,
  Refused,
  type SendToEngine,
} from './dynamodb-json.ts';

const bytesOf = (item: JsonItem | undefined): number => Buffer.byteLength(JSON.stringify(item ?? {}));
const refusal = 'ItemCollectionSizeLimitExceeded';

/**
 * Refuses writes that would make a partition key of a table with local indexes larger than a limit, as AWS does at 10 GB.
 * Sizes are those of the rows in the JSON of the protocol, without the entries of indexes.
 */
export function createPartitionLimit(
  mostBytes: number,
  send: SendToEngine,
  shapeOf: ReturnType<typeof createShapes>,
): (operation: string, input: JsonInput) => Promise<void> {
  /** Bytes at most: what was measured, and all that was written since. */
  const sizes = new Map<string, number>();

  const measure = async (table: string, partitionKey: string, value: unknown): Promise<number> => {
    let bytes = 0;
    let ExclusiveStartKey: unknown;
    do {
      const { Items, LastEvaluatedKey } = (await send('Query', {
        TableName: table,
        KeyConditionExpression: '#partition = :partition',
        ExpressionAttributeNames: { '#partition': partitionKey },
        ExpressionAttributeValues: { ':partition': value },
        ConsistentRead: true,
        ExclusiveStartKey,
      })) as { Items: JsonItem[]; LastEvaluatedKey?: unknown };
      bytes += Items.reduce((sum, item) => sum + bytesOf(item), 0);
      ExclusiveStartKey = LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return bytes;
  };

  /** @param added by the same request to each partition key */
  const isFull = async ({ table, item, kind, values }: JsonWrite, added: Map<string, number>): Promise<boolean> => {
    if (kind === 'delete') return false;
    const { partitionKey } = await shapeOf(table);
    const value = item[partitionKey];
    const name = `${table} ${JSON.stringify(value)}`;
    const before = added.get(name) ?? 0;
    const bytes = bytesOf(kind === 'put' ? item : values);
    added.set(name, before + bytes);
    let size = sizes.get(name);
    if (size === undefined || size + bytes > mostBytes) size = (await measure(table, partitionKey, value)) + before;
    sizes.set(name, size + bytes);
    return size + bytes > mostBytes;
  };

  return async (operation, input) => {
    const full: boolean[] = [];
    const added = new Map<string, number>();
    for (const write of listWrites(operation, input)) full.push(await isFull(write, added));
    if (!full.includes(true)) return;
    const type = 'com.amazonaws.dynamodb.v20120810#';
    const message = `${refusal}: a partition key has more than ${mostBytes} bytes`;
    if (operation !== 'TransactWriteItems') throw new Refused({ __type: `${type}${refusal}Exception`, message });
    // Checks and deletions are no writes that could be refused: reasons are in the order of all items.
    const puts = (input.TransactItems ?? []).map((item) => 'Put' in item || 'Update' in item || 'Delete' in item);
    const CancellationReasons = puts.map((isWrite) => ({ Code: isWrite && full.shift() === true ? refusal : 'None' }));
    throw new Refused({ __type: `${type}TransactionCanceledException`, Message: message, CancellationReasons });
  };
}
