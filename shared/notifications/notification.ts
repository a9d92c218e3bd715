import * as z from 'zod';

/** `source` of every event Kalends puts on its bus. */
export const notificationSource = 'kalends';

/**
 * Version of the detail of those events (docs/events.md). Another one comes when something goes away or changes its
 * meaning; whatever is added stays within it.
 */
export const notificationVersion = '1';

/** Notifications that go from the bus to the webhook endpoints that want them (docs/api-compatibility.md#webhook-requests). */
export const announcedTriggers = ['calendar.events_update', 'calendar.state_change', 'bot.state_change'] as const;

/**
 * All an endpoint may want, and all detail types of the bus. `bot.due` is no announcement but an order to whoever runs
 * a project's bots: it goes to the bus or straight to endpoints, whichever the project has chosen (docs/bots.md).
 */
export const webhookTriggers = [...announcedTriggers, 'bot.due'] as const;
export type WebhookTrigger = (typeof webhookTriggers)[number];

/**
 * The webhook body of docs/api-compatibility.md#webhook-requests, without its encoding, as far as its reader has to know it: messages that wait in the
 * queue may be of an earlier or later release. What is published is described precisely in `notification-detail.ts`.
 */
const webhookPayloadSchema = z.object({
  idempotency_key: z.string(),
  /** Null for a bot that follows no calendar. */
  calendar_id: z.string().nullable(),
  calendar_deduplication_key: z.string().nullable(),
  calendar_metadata: z.record(z.string(), z.string()).nullable(),
  /** Of notifications about a bot. */
  bot_id: z.string().optional(),
  bot_metadata: z.record(z.string(), z.string()).nullish(),
  trigger: z.enum(webhookTriggers),
  data: z.record(z.string(), z.unknown()),
});
export type WebhookPayload = z.output<typeof webhookPayloadSchema>;

/** What happened, and in which project; on the bus, with the version beside it. */
export const notificationSchema = z.object({ project_id: z.string(), payload: webhookPayloadSchema });
export type Notification = z.output<typeof notificationSchema>;
