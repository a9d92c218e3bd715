import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The table as every store gets it. */
export interface Table {
  name: string;
  client: DynamoDBDocumentClient;
}

export const openTable = (name: string, client: DynamoDBClient = new DynamoDBClient()): Table => ({
  name,
  client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
});
