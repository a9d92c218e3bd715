import { inject } from 'vitest';
import { seedProject } from '../../local/seed-project.ts';
import { readLocalSettings } from '../../local/settings.ts';
import { type GoogleSimulator, startGoogleSimulator } from '../../local/simulators/google/google-simulator.ts';
import {
  type MicrosoftSimulator,
  startMicrosoftSimulator,
} from '../../local/simulators/microsoft/microsoft-simulator.ts';
import { type LocalStack, startLocal } from '../../local/start-local.ts';
import { reuseSynthesis } from './reuse-synthesis.ts';

/** The whole product with both simulators behind it, sharing one clock. */
export interface TestStack {
  local: LocalStack;
  google: GoogleSimulator;
  microsoft: MicrosoftSimulator;
  close(): Promise<void>;
}

export async function startTestStack(log?: (source: string, line: string) => void): Promise<TestStack> {
  let clock = (): number => Date.now();
  const now = (): number => clock();
  const [google, microsoft] = await Promise.all([startGoogleSimulator({ now }), startMicrosoftSimulator({ now })]);
  const local = await startLocal({
    settings: readLocalSettings({
      PORT: '0',
      KALENDS_DYNAMODB_ENDPOINT: inject('dynamodbEndpoint'),
      GOOGLE_API_URL: google.url,
      GOOGLE_AUTH_URL: google.url,
      GOOGLE_OAUTH_URL: google.url,
      MICROSOFT_GRAPH_URL: microsoft.url,
      MICROSOFT_LOGIN_URL: microsoft.url,
    }),
    seed: seedProject,
    synthesize: reuseSynthesis(inject('synthesizedStack')),
    ...(log && { log }),
  });
  clock = local.now;
  return {
    local,
    google,
    microsoft,
    close: async () => {
      await local.close();
      await Promise.all([google.close(), microsoft.close()]);
    },
  };
}
