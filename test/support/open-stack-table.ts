import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../local/runner/local-account.ts';
import type { LocalStack } from '../../local/start-local.ts';
import { openTable, type Table } from '../../shared/store/table.ts';

/** The table of a running stack, from outside of it. */
export function openStackTable({ tableName, dynamodbEndpoint }: LocalStack): Table {
  const client = new DynamoDBClient({
    endpoint: dynamodbEndpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  return openTable(tableName, client);
}
