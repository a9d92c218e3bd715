import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createClock } from '../shared/platform/clock.ts';
import { createApiKey, createProject } from '../shared/projects/create-project.ts';
import { findProjectByKeyHash, listProjects } from '../shared/projects/project-store.ts';
import { openTable } from '../shared/store/table.ts';
import type { Seed } from './start-local.ts';

const PROJECT_NAME = 'local';

/** Creates the project "local" with its API key. In a kept table it finds the project, and adds the key when it is new. */
export const seedProject: Seed = async ({ tableName, dynamodbEndpoint, region, credentials, apiKey }) => {
  const client = new DynamoDBClient({ endpoint: dynamodbEndpoint, region, credentials });
  try {
    const table = openTable(tableName, client);
    const deps = { table, clock: createClock() };
    if (apiKey !== undefined) {
      const projectId = await findProjectByKeyHash(table, createHash('sha256').update(apiKey).digest('hex'));
      if (projectId !== null) return { projectId, apiKey };
    }
    const kept = (await listProjects(table)).find(({ name }) => name === PROJECT_NAME);
    if (kept === undefined) return await createProject(deps, PROJECT_NAME, apiKey);
    const created = await createApiKey(deps, kept.id, PROJECT_NAME, apiKey);
    return { projectId: kept.id, apiKey: created.apiKey };
  } finally {
    client.destroy();
  }
};
