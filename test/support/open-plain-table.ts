import { randomUUID } from 'node:crypto';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { inject } from 'vitest';
import { openTable, type Table } from '../../shared/store/table.ts';
import { openClient } from './open-client.ts';

/** A new table with the keys of ours and no index, for stores that need none. */
export async function openPlainTable(): Promise<Table> {
  const client = openClient(inject('dynamodbEndpoint'));
  const name = `plain-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['PK', 'SK'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'PK', KeyType: 'HASH' },
        { AttributeName: 'SK', KeyType: 'RANGE' },
      ],
    }),
  );
  return openTable(name, client);
}
