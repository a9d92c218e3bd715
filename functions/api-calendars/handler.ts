import { randomUUID } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { calendarRoutes } from '../../shared/calendars/calendar-routes.api.ts';
import { createCalendarOperations } from '../../shared/calendars/calendars.api.ts';
import { createApi } from '../../shared/http/create-api.ts';
import { createIdempotencyStore } from '../../shared/http/idempotency-store.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { createEnvelope } from '../../shared/platform/envelope.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { findProjectByKeyHash } from '../../shared/projects/project-store.ts';
import { createPostThrottle } from '../../shared/projects/throttle-post.ts';
import { openTable } from '../../shared/store/table.ts';
import { createSyncQueue } from '../../shared/sync/sync-queue.ts';
import { envSchema } from './env.ts';

const env = parseEnv(envSchema);
const table = openTable(env.TABLE_NAME);
const clock = createClock();
const logger = createLogger();
const envelope = createEnvelope(new KMSClient(), env.KEY_ARN);

export const handler = createApi(
  {
    logger,
    findProjectByKeyHash: (hash) => findProjectByKeyHash(table, hash),
    throttlePost: createPostThrottle({ table, clock, perMinute: env.POSTS_PER_MINUTE }),
    idempotency: { store: createIdempotencyStore(table), envelope, clock, logger, newId: randomUUID },
  },
  calendarRoutes,
  createCalendarOperations({
    table,
    clock,
    logger,
    envelope,
    queue: createSyncQueue(new SQSClient(), env.SYNC_QUEUE_URL),
    newId: randomUUID,
    signingSecret: env.SIGNING_SECRET,
  }),
);
