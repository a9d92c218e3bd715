import type * as z from 'zod';
import type { ApiRequest } from '../http/api-request.ts';
import { readChoice } from '../http/choice-parameter.ts';
import { readLimit } from '../http/limit-parameter.ts';
import { answerList } from '../http/list-answer.ts';
import { noFields, parseFields } from '../http/request-fields.ts';
import type { Operations } from '../http/routes.ts';
import { AppError } from '../platform/app-error.ts';
import { sentBytes } from '../platform/sent-bytes.ts';
import type { ProjectLimiter } from '../projects/limit-project.ts';
import { pageInMemory } from '../store/page-in-memory.ts';
import { type RequestTicksDeps, requestTicks } from '../ticks/request-ticks.ts';
import { createWebhook } from './create-webhook.ts';
import { deleteWebhook } from './delete-webhook.ts';
import { deliverTest } from './deliver-test.ts';
import { showDelivery } from './delivery.api.ts';
import { type Delivery, deliveryStatuses } from './delivery.ts';
import type { UrlRules } from './egress/find-url-faults.ts';
import type { Webhook } from './endpoint.ts';
import { signingKeyOf } from './endpoint-secret.ts';
import { findWebhook, listWebhooks } from './endpoint-store.ts';
import { listWebhookDeliveries } from './list-webhook-deliveries.ts';
import { redeliver } from './redeliver.ts';
import { rotateSecret } from './rotate-secret.ts';
import { startReplay } from './start-replay.ts';
import { updateWebhook } from './update-webhook.ts';
import {
  type createdWebhookSchema,
  createWebhookFields,
  replayFields,
  rotateSecretFields,
  showWebhook,
  updateWebhookFields,
} from './webhook.api.ts';
import type { WebhookDeps } from './webhook-deps.ts';
import type { webhookRoutes } from './webhook-routes.api.ts';

export interface WebhookOperationsDeps extends WebhookDeps {
  urlRules: UrlRules;
  signingSecret: string;
  limiter: Pick<ProjectLimiter, 'limitOf' | 'refuse'>;
  tickQueue: RequestTicksDeps['tickQueue'];
}

/** The operations on webhook endpoints and their deliveries (docs/api-compatibility.md#webhook-endpoints). */
export function createWebhookOperations(deps: WebhookOperationsDeps): Operations<typeof webhookRoutes> {
  const [createFields, updateFields] = [createWebhookFields(deps.urlRules), updateWebhookFields(deps.urlRules)];
  const find = async ({ projectId, params }: ApiRequest): Promise<Webhook> => {
    const webhook = await findWebhook(deps.table, projectId, params.id ?? '');
    if (!webhook) throw absent('Webhook');
    return webhook;
  };
  /** Requests at the same instant may exceed the limit by a few, which does no harm. */
  const requirePlace = async (projectId: string): Promise<void> => {
    const limit = await deps.limiter.limitOf(projectId, 'webhooks');
    if ((await listWebhooks(deps.table, projectId)).length >= limit) throw deps.limiter.refuse(projectId, 'webhooks');
  };

  return {
    createWebhook: async (request) => {
      const {
        url,
        triggers,
        is_active = true,
        filter = null,
        offsets_minutes = [0],
      } = parseFields(createFields, request.body());
      await requirePlace(request.projectId);
      const created = await createWebhook(deps, request.projectId, {
        url,
        triggers,
        is_active,
        filter,
        offsets_minutes,
      });
      await requestTicks(deps, created.webhook);
      return { status: 201, body: showWithSecret(created) };
    },
    listWebhooks: async (request) => {
      const limit = readLimit(request.query, Number.POSITIVE_INFINITY);
      return answerList(
        request,
        { secret: deps.signingSecret, query: JSON.stringify(['webhooks']) },
        async (cursor) => pageInMemory(await listWebhooks(deps.table, request.projectId), cursor, limit),
        showWebhook,
      );
    },
    getWebhook: async (request) => ({ status: 200, body: showWebhook(await find(request)) }),
    updateWebhook: async (request) => {
      const webhook = await find(request);
      const updated = await updateWebhook(deps, webhook, parseFields(updateFields, request.body()));
      if (!updated) throw absent('Webhook');
      await requestTicks(deps, updated);
      return { status: 200, body: showWebhook(updated) };
    },
    deleteWebhook: async (request) => {
      if (!(await deleteWebhook(deps, await find(request)))) throw absent('Webhook');
      return { status: 200 };
    },
    rotateWebhookSecret: async (request) => {
      const webhook = await find(request);
      const { retire_old } = parseFields(rotateSecretFields, request.body());
      const rotated = await rotateSecret(deps, webhook, retire_old);
      if (!rotated) throw absent('Webhook');
      return { status: 200, body: showWithSecret(rotated) };
    },
    testWebhook: async (request) => {
      const webhook = await find(request);
      parseFields(noFields, request.body());
      return { status: 202, body: showDelivery(await deliverTest(deps, webhook)) };
    },
    listWebhookDeliveries: async (request) => {
      const { id } = await find(request);
      const status = readChoice(request.query, 'status', deliveryStatuses);
      const limit = readLimit(request.query, usualPage);
      return answerList(
        request,
        { secret: deps.signingSecret, query: JSON.stringify(['deliveries', id, status]) },
        (cursor) => listWebhookDeliveries(deps.table, id, { status, cursor, limit }, bytesOf),
        showDelivery,
      );
    },
    redeliver: async (request) => {
      const webhook = await find(request);
      parseFields(noFields, request.body());
      const delivery = await redeliver(deps, webhook, request.params['delivery'] ?? '');
      if (!delivery) throw absent('Delivery');
      return { status: 202, body: showDelivery(delivery) };
    },
    replayDeliveries: async (request) => {
      const webhook = await find(request);
      return { status: 202, body: await startReplay(deps, webhook, parseFields(replayFields, request.body())) };
    },
  };
}

const showWithSecret = (made: { webhook: Webhook; secret: string }): z.output<typeof createdWebhookSchema> => ({
  ...showWebhook(made.webhook),
  secret: made.secret,
  signing_key: signingKeyOf(made.secret),
});

const bytesOf = (delivery: Delivery): number => sentBytes(JSON.stringify(showDelivery(delivery)));

/** Deliveries in a page. */
const usualPage = 25;

const absent = (what: 'Webhook' | 'Delivery'): AppError => new AppError('not_found', `${what} not found`);
