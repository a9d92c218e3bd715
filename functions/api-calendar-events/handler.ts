import { getBots } from '../../shared/bots/bot-store.ts';
import { eventRoutes } from '../../shared/events/event-routes.api.ts';
import { createCalendarEventOperations } from '../../shared/events/events.api.ts';
import { createApi } from '../../shared/http/create-api.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { findProjectByKeyHash } from '../../shared/projects/project-store.ts';
import { openTable } from '../../shared/store/table.ts';
import { envSchema } from './env.ts';

const env = parseEnv(envSchema);
const table = openTable(env.TABLE_NAME);

export const handler = createApi(
  { logger: createLogger(), findProjectByKeyHash: (hash) => findProjectByKeyHash(table, hash) },
  eventRoutes,
  createCalendarEventOperations({
    table,
    getBots: (ids) => getBots(table, ids),
    clock: createClock(),
    signingSecret: env.SIGNING_SECRET,
    retentionDays: env.LOG_RETENTION_DAYS,
  }),
);
