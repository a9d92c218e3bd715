import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { openClient } from './open-client.ts';
import type { TestStack } from './start-test-stack.ts';

/**
 * The stack with another table of the same schema. The stack's own functions and timers do not work on that table.
 */
export async function createOwnTable(stack: TestStack, purpose: string): Promise<TestStack> {
  const tableName = `${purpose}-${randomUUID()}`;
  const client = openClient(stack.local.dynamodbEndpoint);
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
