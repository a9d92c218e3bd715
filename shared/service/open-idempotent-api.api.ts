import { randomUUID } from 'node:crypto';
import { createIdempotencyStore } from '../http/idempotency-store.ts';
import { createKmsClient } from '../platform/aws/kms-client.ts';
import { createEnvelope } from '../platform/envelope.ts';
import { openApi } from './open-api.api.ts';

/** The same for functions with POSTs, which run once per `Idempotency-Key`. The KMS key seals the stored answers. */
export function openIdempotentApi(env: Parameters<typeof openApi>[0] & { KEY_ARN: string }) {
  const { access, tools: readingTools } = openApi(env);
  const tools = { ...readingTools, envelope: createEnvelope(createKmsClient(), env.KEY_ARN), newId: randomUUID };
  const idempotency = { store: createIdempotencyStore(tools.table), ...tools };
  return { access: { ...access, idempotency }, tools };
}
