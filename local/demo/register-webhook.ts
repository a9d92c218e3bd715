import * as z from 'zod';
import type { ApiClient } from './api-client.ts';
import type { WebhookReceiver } from './webhook-receiver.ts';

/** Path of the demo's own endpoint at the receiver. */
export const webhookPath = '/kalends';

const secretSchema = z.looseObject({ secret: z.string() });

/** Registers the receiver as a webhook endpoint of the project. From then on it verifies the signatures of webhooks. */
export async function registerWebhook(api: ApiClient, receiver: WebhookReceiver): Promise<void> {
  const endpoint = { url: `${receiver.url}${webhookPath}`, triggers: ['calendar.events_update'] };
  const { secret } = secretSchema.parse(await api.post('/webhooks', endpoint));
  receiver.verifyWith(webhookPath, secret);
}
