import * as z from 'zod';

/** `source` of every event Kalends puts on its bus. */
export const factSource = 'kalends';

/**
 * Version of the detail of those events (docs/events.md). Another one comes when something goes away or changes its
 * meaning; whatever is added stays within it.
 */
export const factVersion = '1';

/** Detail types that are also webhook triggers (contract A5). */
export const webhookTriggers = ['calendar.events_update', 'calendar.state_change'] as const;
export type WebhookTrigger = (typeof webhookTriggers)[number];

/**
 * The webhook body of contract A5, without its encoding, as far as its reader has to know it: messages that wait in the
 * queue may be of an earlier or later release. What is published is described precisely in `fact-detail.ts`.
 */
const webhookPayloadSchema = z.object({
  idempotency_key: z.string(),
  calendar_id: z.string(),
  calendar_deduplication_key: z.string().nullable(),
  calendar_metadata: z.record(z.string(), z.string()).nullable(),
  trigger: z.enum(webhookTriggers),
  data: z.record(z.string(), z.unknown()),
});
export type WebhookPayload = z.output<typeof webhookPayloadSchema>;

/** What happened, and in which project; on the bus, with the version beside it. */
export const factSchema = z.object({ project_id: z.string(), payload: webhookPayloadSchema });
export type Fact = z.output<typeof factSchema>;
