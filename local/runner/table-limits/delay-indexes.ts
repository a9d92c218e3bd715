import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  type createShapes,
  type JsonInput,
  type JsonItem,
  keyOf,
  listWrites,
  type SendToEngine,
} from './dynamodb-json.ts';

/** A write of the last moments: when it was made, and the row before it. */
interface RecentWrite {
  at: number;
  before: JsonItem | undefined;
}

/**
 * Lets global indexes lag: a query of one shows the rows as they were some time ago. A row that was written meanwhile is left
 * out when it was new, and has its former attributes otherwise. An entry that was removed is not brought back.
 */
export function createIndexLag(lagMs: number, send: SendToEngine, shapeOf: ReturnType<typeof createShapes>) {
  const recent = new Map<string, RecentWrite[]>();
  const nameOf = (table: string, key: JsonItem): string => `${table} ${JSON.stringify(key)}`;

  /** Reads what a request is about to write. @returns what is called when it has written */
  const observe = async (operation: string, input: JsonInput): Promise<() => void> => {
    const writes = await Promise.all(
      listWrites(operation, input).map(async ({ table, item }) => {
        const key = keyOf(await shapeOf(table), item);
        const { Item } = await send('GetItem', { TableName: table, Key: key, ConsistentRead: true });
        return { name: nameOf(table, key), before: Item as JsonItem | undefined };
      }),
    );
    return () => {
      const at = Date.now();
      for (const { name, before } of writes) {
        const later = (recent.get(name) ?? []).filter((write) => at - write.at < lagMs);
        recent.set(name, [...later, { at, before }]);
      }
    };
  };

  /** An entry as the index had it; null when it did not have the row yet. */
  const former = (name: string, entry: JsonItem): JsonItem | null => {
    const first = recent.get(name)?.find(({ at }) => Date.now() - at < lagMs);
    if (!first) return entry;
    const { before } = first;
    if (!before) return null;
    const kept = Object.keys(entry).filter((attribute) => before[attribute] !== undefined);
    return Object.fromEntries(kept.map((attribute) => [attribute, before[attribute] as AttributeValue]));
  };

  const delay = async (input: JsonInput, answer: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const { TableName: table = '', IndexName = '' } = input;
    const shape = await shapeOf(table);
    if (!shape.globalIndexes.has(IndexName)) return answer;
    const items = (answer['Items'] as JsonItem[] | undefined) ?? [];
    const Items = items
      .map((entry) => former(nameOf(table, keyOf(shape, entry)), entry))
      .filter((entry) => entry !== null);
    return { ...answer, Items, Count: Items.length };
  };

  return { observe, delay };
}
