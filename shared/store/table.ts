import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createLogger } from '../platform/create-logger.ts';
import { logUnreadable } from './log-unreadable.ts';
import type { UnreadableRow } from './row.ts';

/** The table as every store gets it. */
export interface Table {
  name: string;
  client: DynamoDBDocumentClient;
  /** Receives each row that is left out because it cannot be read. */
  report?: (row: UnreadableRow) => void;
}

export const openTable = (name: string, client: DynamoDBClient = new DynamoDBClient()): Table => ({
  name,
  client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
  report: (row) => logUnreadable(createLogger(), row),
});
