import * as z from 'zod';

/** `source` of every event Kalends puts on its bus. */
export const notificationSource = 'kalends';

/**
 * Version of the detail of those events (docs/events.md). It changes when a field is removed or changes its
 * meaning. A new field does not change it.
 */
export const notificationVersion = '1';

/** Notifications that go from the bus to the webhook endpoints that want them (docs/api-compatibility.md#webhook-requests). */
export const announcedTriggers = [
  'calendar.events_update',
  'calendar.state_change',
  'calendar.sync_failing',
  'calendar.sync_recovered',
  'calendar.first_sync',
  'calendar.connected',
  'bot.state_change',
  'event.starting',
  'event.ended',
] as const;

/** Triggers of events whose start comes near, or that have ended, at the offsets of the endpoints that want them. */
export const tickTriggers = ['event.starting', 'event.ended'] as const;
export type TickTrigger = (typeof tickTriggers)[number];

/**
 * All triggers an endpoint may subscribe to, and all detail types of the bus. `bot.due` is an instruction to the
 * runner of a project's bots. It goes to the bus or straight to endpoints, as the project has chosen
 * (docs/bots.md).
 */
export const webhookTriggers = [...announcedTriggers, 'bot.due'] as const;
export type WebhookTrigger = (typeof webhookTriggers)[number];

/**
 * The webhook body of docs/api-compatibility.md#webhook-requests. It is loose, because messages that wait in a queue may
 * come from an earlier or later release. `notification-schema.ts` describes exactly what is published.
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
export const notificationSchema = z.object({
  project_id: z.string(),
  /** The project has bot rules, which changes of its events are forwarded to. Not part of the webhook. */
  has_bot_rules: z.literal(true).optional(),
  payload: webhookPayloadSchema,
});
export type Notification = z.output<typeof notificationSchema>;
