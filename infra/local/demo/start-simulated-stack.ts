import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createProject } from '../../../shared/actions/create-project.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import { openTable } from '../../../shared/store/table.ts';
import { readLocalSettings } from '../settings.ts';
import { type GoogleSimulator, startGoogleSimulator } from '../simulators/google/google-simulator.ts';
import { type LocalStack, type Seed, startLocal } from '../start-local.ts';

/** The stack with the Google simulator behind it. */
export interface SimulatedStack {
  local: LocalStack;
  google: GoogleSimulator;
  close: () => Promise<void>;
}

/** A new project at every start, even in the table of an engine that was running already. */
const seedNewProject: Seed = async ({ tableName, dynamodbEndpoint, region, credentials, apiKey }) => {
  const client = new DynamoDBClient({ endpoint: dynamodbEndpoint, region, credentials });
  try {
    return await createProject({ table: openTable(tableName, client), clock: createClock() }, 'demo', apiKey);
  } finally {
    client.destroy();
  }
};

/**
 * Starts both on loopback, in memory.
 *
 * @param settings those of `npm run local`, e.g. `PORT`
 * @throws LocalModeError whose message says what to do
 */
export async function startSimulatedStack(
  settings: Readonly<Record<string, string | undefined>>,
): Promise<SimulatedStack> {
  const google = await startGoogleSimulator();
  try {
    const urls = { GOOGLE_API_URL: google.url, GOOGLE_OAUTH_URL: google.url };
    const local = await startLocal({ settings: readLocalSettings({ ...settings, ...urls }), seed: seedNewProject });
    const close = async (): Promise<void> => {
      await google.close();
      await local.close();
    };
    return { local, google, close };
  } catch (error) {
    await google.close();
    throw error;
  }
}
