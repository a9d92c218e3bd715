import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createClock } from '../../shared/platform/clock.ts';
import { createProject } from '../../shared/projects/create-project.ts';
import { openTable } from '../../shared/store/table.ts';
import { type ApiClient, createApiClient } from '../demo/api-client.ts';
import type { Closing } from '../runner/create-closing.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../runner/local-account.ts';
import { seedProject } from '../seed-project.ts';
import { readLocalSettings } from '../settings.ts';
import { startGoogleSimulator } from '../simulators/google/google-simulator.ts';
import { localWorkersPerQueue, startLocal } from '../start-local.ts';
import { type Synthesize, synthesizeReadable } from '../synthesize.ts';

const synthesizeWithoutShares: Synthesize = (outdir, settings, signal) =>
  synthesizeReadable(outdir, { ...settings, projectWorkers: localWorkersPerQueue }, signal);

/** A request at an endpoint of the bench. */
export interface Arrival {
  path: string;
  /** `webhook-id`: the same for all attempts of a delivery. */
  key: string;
  body: { bot_id?: string; calendar_id?: string | null; data: { since?: string } };
  /** Milliseconds since the epoch. */
  at: number;
}

/** Endpoints of all projects: `/hang…` never answers while `isHanging`, `/flaky` refuses each delivery once. */
async function startEndpoints() {
  const listeners = new Set<(arrival: Arrival) => void>();
  const refused = new Set<string>();
  const state = { isHanging: true };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '/';
      const key = String(request.headers['webhook-id']);
      const text = Buffer.concat(chunks).toString('utf8');
      // A request that was ended may be cut.
      if (text === '') return;
      const arrival = { path, key, at: Date.now(), body: JSON.parse(text) };
      for (const listener of listeners) listener(arrival);
      if (path.startsWith('/hang') && state.isHanging) return;
      const isRefused = path === '/flaky' && !refused.has(key);
      if (isRefused) refused.add(key);
      response.writeHead(isRefused ? 500 : 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    listeners,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A sixth of Google's quota, because this machine does in a minute what it can, and a sixth of the usual pace. */
export const organizationNoise = {
  users: 600,
  mailboxesPerMinute: 200,
  quota: { project: 1_667, user: 600 },
};

/**
 * Kalends with two projects, one of which will be noisy.
 *
 * @param hasShares whether a project has no more than a share of the workers, or may keep all of them busy
 */
export async function startFairnessStack(closing: Closing, { hasShares }: { hasShares: boolean }) {
  const google = await startGoogleSimulator();
  const endpoints = await startEndpoints();
  const local = await startLocal({
    settings: readLocalSettings({ PORT: '0', GOOGLE_API_URL: google.url, GOOGLE_OAUTH_URL: google.url }),
    seed: seedProject,
    ...(!hasShares && { synthesize: synthesizeWithoutShares }),
  });
  closing.add(async () => {
    await google.close();
    await local.close();
    await endpoints.close();
  });
  const client = new DynamoDBClient({
    endpoint: local.dynamodbEndpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const deps = { table: openTable(local.tableName, client), clock: createClock() };
  const { apiKey } = await createProject(deps, 'noisy');
  client.destroy();
  let people = 0;
  const noisy = createApiClient(local.url, apiKey);
  return {
    google,
    endpoints,
    url: local.url,
    quiet: createApiClient(local.url, local.apiKey),
    noisy,
    /**
     * Begins to connect an organization of the noisy project, at the pace that is usual for the quota. @returns what pauses it
     */
    connectOrganization: async ({ cloudProject, delayMs }: { cloudProject: string; delayMs: number }) => {
      people += 1;
      const domain = `organization-${people}.example`;
      google.switches.quota = organizationNoise.quota;
      for (let index = 0; index < organizationNoise.users; index += 1) {
        const account = google.addAccount({ email: `user${index}@${domain}` });
        google.addCalendar(account, { timeZone: 'UTC', summary: 'Calendar' });
        google.faults.push({ on: 'list', account: account.email, times: 1, outcome: { delayMs } });
      }
      const organization = google.addOrganization({ domain, projectId: cloudProject, admins: [`user0@${domain}`] });
      const service_account_key = google.addServiceAccountKey(organization);
      const { id } = (await noisy.post('/organization_connections', {
        platform: 'google',
        google: { service_account_key, admin_subject: `user0@${domain}` },
        mailboxes_per_minute: organizationNoise.mailboxesPerMinute,
      })) as { id: string };
      await local.tick();
      const read = async () =>
        (await noisy.get(`/organization_connections/${id}`)) as { progress: { connected: number } };
      for (const end = Date.now() + 60_000; Date.now() < end; await sleep(250)) {
        if ((await read()).progress.connected > 0) break;
      }
      return async (): Promise<void> => {
        await noisy.patch(`/organization_connections/${id}`, { paused: true });
        google.switches.quota = undefined;
        google.faults.splice(0);
      };
    },
    /** Connects a calendar with one event. `delayMs`: how long the provider takes for a listing. */
    connect: async (api: ApiClient, delayMs = 0) => {
      people += 1;
      const account = google.addAccount({ email: `person-${people}@example.com` });
      if (delayMs > 0) {
        const outcome = { delayMs };
        google.faults.push({ on: 'list', account: account.email, times: 1000, outcome });
      }
      const calendar = google.addCalendar(account, { timeZone: 'UTC', summary: 'Calendar' });
      const at = (hours: number) => ({ dateTime: new Date(Date.now() + hours * 3_600_000).toISOString() });
      const event = google.insertEvent(calendar, { summary: 'Meeting', start: at(2), end: at(3) });
      const { clientId: client_id, clientSecret: client_secret, refreshToken: refresh_token } = account;
      const body = { platform: 'google', client_id, client_secret, refresh_token };
      const { id } = (await api.post('/calendars', body)) as { id: string };
      return { id, rename: (name: string) => google.patchEvent(calendar, event, { summary: name }) };
    },
    /** Waits until no function works and no message waits, but not for ever. */
    rest: async (mostMs: number) => {
      for (const end = Date.now() + mostMs; Date.now() < end; ) {
        const { functions } = await local.state();
        const busy = Object.values(functions).reduce((sum, { running, waiting }) => sum + running + waiting, 0);
        if (busy === 0) break;
        await sleep(500);
      }
      await sleep(1000);
    },
  };
}
export type FairnessStack = Awaited<ReturnType<typeof startFairnessStack>>;
