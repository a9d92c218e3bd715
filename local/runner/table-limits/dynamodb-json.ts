import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item in the JSON of the protocol: bytes are base64. */
export type JsonItem = Record<string, AttributeValue>;

/** What the limits need of a request. */
export interface JsonInput {
  TableName?: string;
  IndexName?: string;
  Key?: JsonItem;
  Item?: JsonItem;
  ExpressionAttributeValues?: JsonItem;
  RequestItems?: Record<string, { Keys: JsonItem[] } | Record<string, { Key?: JsonItem; Item?: JsonItem }>[]>;
  TransactItems?: Record<string, JsonInput>[];
}

/** Sends a request to DynamoDB Local. @throws Refused */
export type SendToEngine = (operation: string, input: object) => Promise<Record<string, unknown>>;

/** An answer that is no success, as DynamoDB sends it. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly body: object;
  constructor(body: object) {
    super(JSON.stringify(body));
    this.body = body;
  }
}

/** A row that a request puts, updates or deletes. */
export interface JsonWrite {
  kind: 'put' | 'update' | 'delete';
  table: string;
  /** The whole item of a put, the key of the others. */
  item: JsonItem;
  /** What an update sets, roughly. */
  values?: JsonItem | undefined;
}

const writeOf = (operation: string, input: JsonInput, table = input.TableName ?? ''): JsonWrite[] => {
  const { Item, Key, ExpressionAttributeValues: values } = input;
  if (operation.startsWith('Put') && Item) return [{ kind: 'put', table, item: Item }];
  if (operation.startsWith('Update') && Key) return [{ kind: 'update', table, item: Key, values }];
  return operation.startsWith('Delete') && Key ? [{ kind: 'delete', table, item: Key }] : [];
};

/** The rows that a request writes. */
export function listWrites(operation: string, input: JsonInput): JsonWrite[] {
  if (operation === 'TransactWriteItems') {
    return (input.TransactItems ?? []).flatMap((item) =>
      Object.entries(item).flatMap(([kind, one]) => writeOf(kind, one)),
    );
  }
  if (operation === 'BatchWriteItem') {
    return Object.entries(input.RequestItems ?? {}).flatMap(([table, requests]) =>
      (requests as Record<string, JsonInput>[]).flatMap((request) =>
        Object.entries(request).flatMap(([kind, one]) => writeOf(kind, one, table)),
      ),
    );
  }
  return writeOf(operation, input);
}

/** Keys and global indexes of a table. */
export interface TableShape {
  partitionKey: string;
  keys: string[];
  globalIndexes: Set<string>;
}

interface KeyElement {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}

/** Reads the shape of each table once. */
export function createShapes(send: SendToEngine): (table: string) => Promise<TableShape> {
  const shapes = new Map<string, Promise<TableShape>>();
  const read = async (TableName: string): Promise<TableShape> => {
    const { Table } = (await send('DescribeTable', { TableName })) as {
      Table: { KeySchema: KeyElement[]; GlobalSecondaryIndexes?: { IndexName: string }[] };
    };
    return {
      partitionKey: Table.KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '',
      keys: Table.KeySchema.map(({ AttributeName }) => AttributeName),
      globalIndexes: new Set((Table.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName)),
    };
  };
  return (table) => {
    const known = shapes.get(table) ?? read(table);
    shapes.set(table, known);
    return known;
  };
}

export const keyOf = ({ keys }: TableShape, item: JsonItem): JsonItem =>
  Object.fromEntries(keys.map((name) => [name, item[name] as AttributeValue]));
