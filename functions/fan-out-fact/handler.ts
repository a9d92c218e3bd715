import { SQSClient } from '@aws-sdk/client-sqs';
import { createAttemptDeps } from '../../shared/actions/deliver-webhook/create-attempt-deps.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { createPostponeMessage } from '../../shared/platform/queue/postpone-message.ts';
import { envSchema } from './env.ts';
import { createFanOutFact } from './fan-out-fact.ts';

const env = parseEnv(envSchema);
const sqs = new SQSClient();

export const handler = createFanOutFact({
  ...createAttemptDeps(env, sqs),
  postpone: createPostponeMessage(sqs, env.FACT_QUEUE_URL),
});
