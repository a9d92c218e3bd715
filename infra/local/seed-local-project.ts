import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createProject } from '../../shared/actions/create-project.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { findProjectByKeyHash } from '../../shared/store/project-store.ts';
import { openTable } from '../../shared/store/table.ts';
import type { Seed } from './start-local.ts';

/** The project "local" with the key the settings ask for, or a new one. A kept table may have that key already. */
export const seedLocalProject: Seed = async ({ tableName, dynamodbEndpoint, region, credentials, apiKey }) => {
  const table = openTable(tableName, new DynamoDBClient({ endpoint: dynamodbEndpoint, region, credentials }));
  const known = apiKey && (await findProjectByKeyHash(table, createHash('sha256').update(apiKey).digest('hex')));
  return known ? { projectId: known, apiKey } : createProject({ table, clock: createClock() }, 'local', apiKey);
};
