import type { LocalStack } from '../../local/start-local.ts';
import { openTable, type Table } from '../../shared/store/table.ts';
import { openClient } from './open-client.ts';

/** The table of a running stack, from outside of it. */
export function openStackTable({ tableName, dynamodbEndpoint }: LocalStack): Table {
  const client = openClient(dynamodbEndpoint);
  return openTable(tableName, client);
}
