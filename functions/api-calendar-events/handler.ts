import { setTimeout } from 'node:timers/promises';
import { readBotSettings } from '../../shared/bots/bot-settings-store.ts';
import { getBots } from '../../shared/bots/bot-store.ts';
import { createContentPolicies } from '../../shared/content-policy/content-policy-store.ts';
import { eventRoutes } from '../../shared/events/event-routes.api.ts';
import { createCalendarEventOperations } from '../../shared/events/events.api.ts';
import { createApi } from '../../shared/http/create-api.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { openApi } from '../../shared/service/open-api.api.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const { access, tools } = openApi(env);

export const handler = createApi(
  access,
  eventRoutes,
  createCalendarEventOperations({
    ...tools,
    getBots: (ids) => getBots(tools.table, ids),
    readMeetingHosts: async (projectId) => (await readBotSettings(tools.table, projectId)).meeting_hosts,
    findContentPolicy: createContentPolicies(tools.table, tools.clock),
    signingSecret: env.SIGNING_SECRET,
    retentionDays: env.CHANGE_RETENTION_DAYS,
    pause: (ms) => setTimeout(ms),
  }),
);
