import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { type ApiClient, createApiClient } from '../../local/demo/api-client.ts';
import { seedCalendars } from '../../local/demo/seed-calendars.ts';
import type { SimulatedPerson } from '../../local/demo/simulated-person.ts';
import { startSimulatedStack } from '../../local/demo/start-simulated-stack.ts';
import { startWebhookReceiver } from '../../local/demo/webhook-receiver.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../local/runner/local-account.ts';
import { onStop } from '../../local/runner/on-stop.ts';
import type { LocalStack } from '../../local/start-local.ts';
import { largestLimits, limitNames } from '../../shared/projects/project-limits.ts';
import { setLimit } from '../../shared/projects/project-limits-store.ts';
import { openTable } from '../../shared/store/table.ts';

/**
 * Starts local mode for docs/api-fuzzing.md: simulated providers, two people with calendars and bots, a webhook endpoint
 * with deliveries, an OAuth app, and the highest limits. `hooks.py` finds these objects by the lists of the API.
 */

const idOut = z.looseObject({ id: z.string() });
const listOut = z.looseObject({ results: z.array(idOut) });

/**
 * Every limit at its highest, so that few answers are 429. But few webhook endpoints: none of those that are made exists, so every
 * change would be sent to each of them again and again, until the engines have no time for requests.
 */
async function raiseLimits({ tableName, dynamodbEndpoint, projectId }: LocalStack): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: dynamodbEndpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const limits = { ...largestLimits, webhooks: 10 };
  for (const name of limitNames) await setLimit(openTable(tableName, client), projectId, name, limits[name]);
  client.destroy();
}

async function connect(api: ApiClient, { platform, account, key }: SimulatedPerson): Promise<string[]> {
  const { clientId: client_id, clientSecret: client_secret, refreshToken: refresh_token } = account;
  const body = { platform, client_id, client_secret, refresh_token, deduplication_key: key };
  const { id } = idOut.parse(await api.post('/calendars', body));
  for (let tries = 0; tries < 100; tries += 1) {
    const query = { calendar_id: id, has_meeting_url: 'true', ordering: '-start_time' };
    const { results } = listOut.parse(await api.get('/calendar_events', query));
    if (results.length > 0) return results.map((event) => event.id);
    await sleep(200);
  }
  throw new Error(`the calendar of ${key} was not synced within 20 seconds`);
}

process.env.TZ = 'UTC';
const { local, platforms, close } = await startSimulatedStack(process.env, (source, line) => {
  process.stderr.write(`${source} | ${line}\n`);
});
const receiver = await startWebhookReceiver();
onStop(() => {
  void Promise.all([receiver.close(), close()]).then(() => process.exit(0));
});
await raiseLimits(local);
const api = createApiClient(local.url, local.apiKey);
await api.post('/webhooks', { url: `${receiver.url}/kalends`, triggers: ['*'] });
await api.post('/oauth_apps', { platform: 'google', client_id: 'fuzzed', client_secret: 'fuzzed' });
for (const person of seedCalendars(platforms, 'Europe/Berlin')) {
  const eventIds = await connect(api, person);
  for (const calendar_event_id of eventIds.slice(0, 3)) await api.post('/bots', { calendar_event_id, bot_name: 'Bot' });
}
process.stdout.write(
  `READY ${JSON.stringify({ url: local.url, api_key: local.apiKey, project_id: local.projectId })}\n`,
);
