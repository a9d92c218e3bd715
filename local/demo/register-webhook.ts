import * as z from 'zod';
import type { ApiClient } from './api-client.ts';
import type { WebhookReceiver } from './webhook-receiver.ts';

/** Where our own webhooks go at the receiver. */
export const webhookPath = '/kalends';

const secretSchema = z.looseObject({ secret: z.string() });

/** Registers the receiver as a webhook endpoint of the project; from then on it checks what comes with the secret. */
export async function registerWebhook(api: ApiClient, receiver: WebhookReceiver): Promise<void> {
  const endpoint = { url: `${receiver.url}${webhookPath}`, triggers: ['calendar.events_update'] };
  const { secret } = secretSchema.parse(await api.post('/webhooks', endpoint));
  receiver.trust(webhookPath, secret);
}
