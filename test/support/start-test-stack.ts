import { seedProject } from '../../infra/local/seed-project.ts';
import { readLocalSettings } from '../../infra/local/settings.ts';
import { type GoogleSimulator, startGoogleSimulator } from '../../infra/local/simulators/google/google-simulator.ts';
import { type LocalStack, startLocal } from '../../infra/local/start-local.ts';

/** The whole product with the Google simulator behind it, sharing one clock. */
export interface TestStack {
  local: LocalStack;
  google: GoogleSimulator;
  close(): Promise<void>;
}

export async function startTestStack(log?: (source: string, line: string) => void): Promise<TestStack> {
  let offset = (): number => Date.now();
  const google = await startGoogleSimulator({ now: () => offset() });
  const local = await startLocal({
    settings: readLocalSettings({ PORT: '0', GOOGLE_API_URL: google.url, GOOGLE_OAUTH_URL: google.url }),
    seed: seedProject,
    ...(log && { log }),
  });
  offset = local.now;
  return {
    local,
    google,
    close: async () => {
      await local.close();
      await google.close();
    },
  };
}
