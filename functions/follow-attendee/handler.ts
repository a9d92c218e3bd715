import { randomUUID } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createFollowAttendee } from '../../shared/bots/attendee-push.api.ts';
import { createBotQueue } from '../../shared/bots/bot-queue.ts';
import { readBotSettings } from '../../shared/bots/bot-settings-store.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { createEnvelope } from '../../shared/platform/envelope.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { openTable } from '../../shared/store/table.ts';
import { envSchema } from './env.ts';

const env = parseEnv(envSchema);
const table = openTable(env.TABLE_NAME);

export const handler = createFollowAttendee({
  table,
  botQueue: createBotQueue(new SQSClient(), env.BOT_QUEUE_URL),
  readSettings: (projectId) => readBotSettings(table, projectId),
  envelope: createEnvelope(new KMSClient(), env.KEY_ARN),
  clock: createClock(),
  logger: createLogger(),
  newId: randomUUID,
  botLeadMs: env.BOT_LEAD_SECONDS * 1000,
  retentionDays: env.EVENT_RETENTION_DAYS,
});
