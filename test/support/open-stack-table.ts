import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LocalStack } from '../../local/start-local.ts';
import { openTable, type Table } from '../../shared/store/table.ts';

/** The table of a running stack, from outside of it. */
export function openStackTable({ tableName, dynamodbEndpoint }: LocalStack): Table {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return openTable(tableName, new DynamoDBClient({ endpoint: dynamodbEndpoint, region: 'us-east-1', credentials }));
}
