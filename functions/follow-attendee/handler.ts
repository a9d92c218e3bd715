import { randomUUID } from 'node:crypto';
import { createFollowAttendee } from '../../shared/bots/attendee-push.api.ts';
import { createBotQueue } from '../../shared/bots/bot-queue.ts';
import { readBotSettings } from '../../shared/bots/bot-settings-store.ts';
import { createKmsClient } from '../../shared/platform/aws/kms-client.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { createEnvelope } from '../../shared/platform/envelope.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { openTable } from '../../shared/store/table.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const table = openTable(env.TABLE_NAME);

export const handler = createFollowAttendee({
  table,
  botQueue: createBotQueue(createSqsClient(), env.BOT_QUEUE_URL),
  readSettings: (projectId) => readBotSettings(table, projectId),
  envelope: createEnvelope(createKmsClient(), env.KEY_ARN),
  clock: createClock(),
  logger: createLogger(),
  newId: randomUUID,
  botLeadMs: env.BOT_LEAD_SECONDS * 1000,
  retentionDays: env.EVENT_RETENTION_DAYS,
});
