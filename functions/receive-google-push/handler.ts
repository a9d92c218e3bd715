import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { createReceiveGooglePush } from '../../shared/sync/google-push.api.ts';
import { createSyncQueue } from '../../shared/sync/sync-queue.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);

export const handler = createReceiveGooglePush({
  queue: createSyncQueue(createSqsClient(), env.GOOGLE_SYNC_QUEUE_URL),
  clock: createClock(),
  logger: createLogger(),
  signingSecret: env.SIGNING_SECRET,
  debounceWidthMs: env.DEBOUNCE_WIDTH_MS,
});
