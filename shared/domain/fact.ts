import * as z from 'zod';

/** `source` of every event Kalends puts on its bus. */
export const factSource = 'kalends';

/** Detail types that are also webhook triggers (contract A5). */
export const webhookTriggers = ['calendar.events_update', 'calendar.state_change'] as const;
export type WebhookTrigger = (typeof webhookTriggers)[number];

/** The webhook body of contract A5, without its encoding. */
const webhookPayloadSchema = z.object({
  idempotency_key: z.string(),
  calendar_id: z.string(),
  calendar_deduplication_key: z.string().nullable(),
  calendar_metadata: z.record(z.string(), z.string()).nullable(),
  trigger: z.enum(webhookTriggers),
  data: z.record(z.string(), z.unknown()),
});
export type WebhookPayload = z.output<typeof webhookPayloadSchema>;

/** `detail` of an event on the bus: what happened, and in which project. */
export const factSchema = z.object({ project_id: z.string(), payload: webhookPayloadSchema });
export type Fact = z.output<typeof factSchema>;
