import { SQSClient } from '@aws-sdk/client-sqs';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { createPostponeMessage } from '../../shared/platform/queue/postpone-message.ts';
import { createAttemptDeps } from '../../shared/webhooks/create-attempt-deps.ts';
import { workNotificationQueue } from '../../shared/webhooks/work-notification-queue.ts';
import { envSchema } from './env.ts';

const env = parseEnv(envSchema);
const sqs = new SQSClient();

export const handler = workNotificationQueue({
  ...createAttemptDeps(env, sqs),
  postpone: createPostponeMessage(sqs, env.NOTIFICATION_QUEUE_URL),
});
