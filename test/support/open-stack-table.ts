import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LocalStack } from '../../infra/local/start-local.ts';
import { openTable, type Table } from '../../shared/store/table.ts';

/** The running stack's table, with a count of the requests made through it. */
export interface StackTable extends Table {
  /** Names of the requests made so far, e.g. `QueryCommand`. */
  requests: string[];
}

export function openStackTable({ tableName, dynamodbEndpoint }: LocalStack): StackTable {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: dynamodbEndpoint, region: 'us-east-1', credentials });
  const requests: string[] = [];
  const table = openTable(tableName, client);
  table.client.middlewareStack.add(
    (next, context) => (input) => {
      requests.push(context.commandName ?? '');
      return next(input);
    },
    { step: 'initialize' },
  );
  return { ...table, requests };
}
