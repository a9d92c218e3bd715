import { setTimeout } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createAttemptDeps } from '../../shared/actions/deliver-webhook/create-attempt-deps.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { createDeliverWebhook } from './deliver-webhook.ts';
import { envSchema } from './env.ts';

export const handler = createDeliverWebhook({
  ...createAttemptDeps(parseEnv(envSchema), new SQSClient()),
  pause: setTimeout,
});
