import type * as z from 'zod';
import { type CreateWebhookDeps, createWebhook } from '../../shared/actions/create-webhook.ts';
import type { Webhook } from '../../shared/domain/webhook.ts';
import type { Operations } from '../../shared/http/create-api.ts';
import { parseFields } from '../../shared/http/request-fields.ts';
import {
  type createdWebhookSchema,
  createWebhookFields,
  showWebhook,
  type webhookListSchema,
} from '../../shared/http/schemas/webhook.ts';
import { AppError } from '../../shared/platform/app-error.ts';
import type { UrlRules } from '../../shared/webhooks/find-url-faults.ts';

export interface WebhookOperationsDeps extends CreateWebhookDeps {
  findWebhook(projectId: string, id: string): Promise<Webhook | null>;
  /** @returns false when the project has no such endpoint */
  deleteWebhook(projectId: string, id: string): Promise<boolean>;
  urlRules: UrlRules;
}

/** The operations on webhook endpoints (contract B1). */
export function createWebhookOperations(deps: WebhookOperationsDeps) {
  const fields = createWebhookFields(deps.urlRules);
  return {
    createWebhook: async (request) => {
      const { url, triggers, is_active = true } = parseFields(fields, request.body());
      const { webhook, secret } = await createWebhook(deps, request.projectId, { url, triggers, is_active });
      const created: z.output<typeof createdWebhookSchema> = { ...showWebhook(webhook), secret };
      return { status: 201, body: created };
    },
    listWebhooks: async ({ projectId }) => {
      const results = (await deps.listWebhooks(projectId)).map(showWebhook);
      const list: z.output<typeof webhookListSchema> = { next: null, previous: null, results };
      return { status: 200, body: list };
    },
    getWebhook: async ({ projectId, params }) => {
      const webhook = await deps.findWebhook(projectId, params.id ?? '');
      if (!webhook) throw notFound();
      return { status: 200, body: showWebhook(webhook) };
    },
    deleteWebhook: async ({ projectId, params }) => {
      if (!(await deps.deleteWebhook(projectId, params.id ?? ''))) throw notFound();
      return { status: 200 };
    },
  } satisfies Operations;
}

const notFound = (): AppError => new AppError('not_found', { error: 'Webhook not found' });
