import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../local/runner/local-account.ts';
import type { TestStack } from './start-test-stack.ts';

/**
 * The stack with another table of the same schema. The stack's own functions and timers do not work on that table.
 */
export async function createOwnTable(stack: TestStack, purpose: string): Promise<TestStack> {
  const tableName = `${purpose}-${randomUUID()}`;
  const client = new DynamoDBClient({
    endpoint: stack.local.dynamodbEndpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const { Table } = await client.send(new DescribeTableCommand({ TableName: stack.local.tableName }));
  const indexOf = ({
    IndexName,
    KeySchema,
    Projection,
  }: NonNullable<NonNullable<typeof Table>['LocalSecondaryIndexes']>[number]) => ({
    IndexName,
    KeySchema,
    Projection,
  });
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: Table?.AttributeDefinitions,
      KeySchema: Table?.KeySchema,
      LocalSecondaryIndexes: Table?.LocalSecondaryIndexes?.map(indexOf),
      GlobalSecondaryIndexes: Table?.GlobalSecondaryIndexes?.map(indexOf),
    }),
  );
  client.destroy();
  const local = Object.create(stack.local, { tableName: { value: tableName } }) as TestStack['local'];
  return { ...stack, local };
}
