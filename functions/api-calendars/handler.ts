import { SQSClient } from '@aws-sdk/client-sqs';
import { calendarRoutes } from '../../shared/calendars/calendar-routes.api.ts';
import { createCalendarOperations } from '../../shared/calendars/calendars.api.ts';
import { verifyCalendar } from '../../shared/calendars/verify-calendar.ts';
import { createApi } from '../../shared/http/create-api.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { createPostThrottle } from '../../shared/projects/throttle-post.ts';
import { createProviders } from '../../shared/providers/providers.ts';
import { openIdempotentApi } from '../../shared/service/open-idempotent-api.api.ts';
import { createSyncQueues } from '../../shared/sync/sync-queue.ts';
import { envSchema } from './env.ts';

const env = parseEnv(envSchema);
const { access, tools } = openIdempotentApi(env);
const providers = createProviders(
  {
    google: { apiUrl: env.GOOGLE_API_URL, oauthUrl: env.GOOGLE_OAUTH_URL },
    microsoft: { graphUrl: env.MICROSOFT_GRAPH_URL, loginUrl: env.MICROSOFT_LOGIN_URL, tenant: env.MICROSOFT_TENANT },
  },
  tools.clock,
);

export const handler = createApi(
  { ...access, throttlePost: createPostThrottle({ ...tools, perMinute: env.POSTS_PER_MINUTE }) },
  calendarRoutes,
  createCalendarOperations({
    ...tools,
    queues: createSyncQueues(new SQSClient(), {
      google: env.GOOGLE_SYNC_QUEUE_URL,
      microsoft: env.MICROSOFT_SYNC_QUEUE_URL,
    }),
    signingSecret: env.SIGNING_SECRET,
    verify: (request) => verifyCalendar({ providers, clock: tools.clock }, request),
  }),
);
