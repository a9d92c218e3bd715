import { setTimeout } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { createAttemptDeps } from '../../shared/webhooks/create-attempt-deps.ts';
import { createDeliverWebhook } from '../../shared/webhooks/work-webhook-queue.ts';
import { envSchema } from './env.ts';

export const handler = createDeliverWebhook({
  ...createAttemptDeps(parseEnv(envSchema), new SQSClient()),
  pause: setTimeout,
});
