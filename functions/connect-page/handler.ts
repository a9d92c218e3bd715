import { randomUUID } from 'node:crypto';
import { announceConnected } from '../../shared/connect/announce-connected-store.ts';
import { createConnect, expectedAccount } from '../../shared/connect/connect-consent.ts';
import { createConnectPage } from '../../shared/connect/connect-page.api.ts';
import { createNotificationBus } from '../../shared/notifications/notification-bus.ts';
import { createEventBridgeClient } from '../../shared/platform/aws/event-bridge-client.ts';
import { createKmsClient } from '../../shared/platform/aws/kms-client.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { createEnvelope } from '../../shared/platform/envelope.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { createGoogleConsent } from '../../shared/providers/google/google-consent.ts';
import { createMicrosoftConsent } from '../../shared/providers/microsoft/microsoft-consent.ts';
import type { ProviderSettings } from '../../shared/providers/providers.ts';
import { openApi } from '../../shared/service/open-api.api.ts';
import { createSyncQueues } from '../../shared/sync/sync-queue.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const { tools } = openApi(env);
const providerSettings: ProviderSettings = {
  google: { apiUrl: env.GOOGLE_API_URL, oauthUrl: env.GOOGLE_OAUTH_URL },
  microsoft: { graphUrl: env.MICROSOFT_GRAPH_URL, loginUrl: env.MICROSOFT_LOGIN_URL, tenant: env.MICROSOFT_TENANT },
};
const deps = {
  ...tools,
  envelope: createEnvelope(createKmsClient(), env.KEY_ARN),
  newId: randomUUID,
  queues: createSyncQueues(createSqsClient(), {
    google: env.GOOGLE_SYNC_QUEUE_URL,
    microsoft: env.MICROSOFT_SYNC_QUEUE_URL,
  }),
  bus: createNotificationBus(createEventBridgeClient(), env.EVENT_BUS_NAME),
};

export const handler = createConnectPage({
  ...deps,
  publicUrl: env.PUBLIC_URL,
  signingSecret: env.SIGNING_SECRET,
  consents: {
    google: () => createGoogleConsent(env.GOOGLE_AUTH_URL, env.GOOGLE_OAUTH_URL),
    microsoft: (tenant) => createMicrosoftConsent(env.MICROSOFT_LOGIN_URL, tenant ?? env.MICROSOFT_TENANT),
  },
  // Loaded when a user chooses: most pages need no code of a provider.
  listCalendars: async (platform, accessToken) => {
    const { createProviders } = await import('../../shared/providers/providers.ts');
    const provider = createProviders(providerSettings, tools.clock)[platform];
    return (await provider.listCalendars(accessToken, null)).calendars;
  },
  expectedAccount: (session) => expectedAccount(deps, session),
  connect: createConnect(deps),
  announce: (session, ids) => announceConnected(deps, session, ids),
});
