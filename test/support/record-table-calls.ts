import type { Table } from '../../shared/store/table.ts';
import { interceptTable } from './intercept-table.ts';

/** Text of a key up to its first `#`: what kind of row it names. */
export const kindOf = (value: unknown): string =>
  String(value)
    .replace(/[#].*$/, '#')
    .replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z#/, '<time>#')
    .replace(/^(proj|evt|cal|bot|delivery)_\w{16}/, '$1_…');

interface KeyedInput {
  Key?: Record<string, unknown>;
  Item?: Record<string, unknown>;
}

const rowOf = ({ Key, Item }: KeyedInput): string => `${kindOf((Key ?? Item)?.PK)} ${kindOf((Key ?? Item)?.SK)}`;

interface CommandInput extends KeyedInput {
  IndexName?: string;
  ExpressionAttributeValues?: Record<string, string>;
  TransactItems?: Record<string, KeyedInput>[];
  RequestItems?: Record<string, { Keys: Record<string, unknown>[] } | Record<string, KeyedInput>[]>;
}

/** Names what a call asks of the table: `<operation> <index, or kinds of partition and sort key>`. */
function describeCall(commandName: string, input: CommandInput): string[] {
  const operation = commandName.replace(/Command$/, '');
  if (operation === 'Query') {
    const partition = input.ExpressionAttributeValues?.[':pk'] ?? input.ExpressionAttributeValues?.[':partition'];
    const prefix = input.ExpressionAttributeValues?.[':prefix'];
    if (input.IndexName) return [`Query ${input.IndexName}`];
    return [`Query ${kindOf(partition)}${prefix ? ` ${prefix}` : ''}`];
  }
  if (operation === 'TransactWrite') {
    return (input.TransactItems ?? []).flatMap((item) =>
      Object.entries(item).map(([kind, one]) => `TransactWrite ${kind} ${rowOf(one)}`),
    );
  }
  if (operation === 'BatchGet' || operation === 'BatchWrite') {
    return Object.values(input.RequestItems ?? {}).flatMap((requests) =>
      Array.isArray(requests)
        ? requests.flatMap((request) => Object.values(request).map((one) => `${operation} ${rowOf(one)}`))
        : requests.Keys.map((Key) => `${operation} ${rowOf({ Key })}`),
    );
  }
  return [`${operation} ${rowOf(input)}`];
}

/** The same table, with every request counted and described. */
export function recordTableCalls(table: Table): { table: Table; patterns: Set<string>; requests: () => number } {
  const patterns = new Set<string>();
  let requests = 0;
  const recorded = interceptTable(table, (send, command) => {
    requests += 1;
    for (const text of describeCall(command.constructor.name, command.input as CommandInput)) patterns.add(text);
    return send();
  });
  return { table: recorded, patterns, requests: () => requests };
}
