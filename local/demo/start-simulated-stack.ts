import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createClock } from '../../shared/platform/clock.ts';
import { createProject } from '../../shared/projects/create-project.ts';
import { openTable } from '../../shared/store/table.ts';
import { createClosing } from '../runner/create-closing.ts';
import { readLocalSettings } from '../settings.ts';
import { type LocalOptions, type LocalStack, type Seed, startLocal } from '../start-local.ts';
import { startGooglePlatform } from './google-platform.ts';
import { type MicrosoftPlatform, startMicrosoftPlatform } from './microsoft-platform.ts';
import type { SimulatedPlatform } from './simulated-person.ts';

export type SimulatedPlatforms = Readonly<{ google: SimulatedPlatform; microsoft: MicrosoftPlatform }>;

/** Kalends with the simulators as its providers. */
export interface SimulatedStack {
  local: LocalStack;
  platforms: SimulatedPlatforms;
  close: () => Promise<void>;
}

/** Creates a new project at every start, also in the table of an engine that ran before. */
const seedNewProject: Seed = async ({ tableName, dynamodbEndpoint, region, credentials, apiKey }) => {
  const client = new DynamoDBClient({ endpoint: dynamodbEndpoint, region, credentials });
  try {
    return await createProject({ table: openTable(tableName, client), clock: createClock() }, 'demo', apiKey);
  } finally {
    client.destroy();
  }
};

/**
 * Starts Kalends and the simulators on loopback, in memory.
 *
 * @param settings the environment variables of `npm run local`, e.g. `PORT`
 * @param log receives the lines that functions and engines write
 * @throws LocalError when the user can correct the cause
 */
export async function startSimulatedStack(
  settings: Readonly<Record<string, string | undefined>>,
  log?: LocalOptions['log'],
): Promise<SimulatedStack> {
  const closing = createClosing(() => {});
  try {
    const google = await startGooglePlatform();
    closing.add(google.close);
    const microsoft = await startMicrosoftPlatform();
    closing.add(microsoft.close);
    const local = await startLocal({
      settings: readLocalSettings({ ...settings, ...google.settings, ...microsoft.settings }),
      seed: seedNewProject,
      ...(log && { log }),
    });
    const close = async (): Promise<void> => {
      // The simulators end first, so that they send no notification to a stack that is ending.
      await closing.close();
      await local.close();
    };
    return { local, platforms: { google, microsoft }, close };
  } catch (error) {
    await closing.close();
    throw error;
  }
}
