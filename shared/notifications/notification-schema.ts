import * as z from 'zod';
import { botStates, runnerKinds } from '../bots/bot.ts';
import { failureCodes } from '../calendars/calendar.ts';
import { syncErrorCodes } from '../sync/sync-error.ts';
import { notificationVersion, type WebhookTrigger } from './notification.ts';

/**
 * What is promised of a notification on the bus (docs/events.md, whose JSON Schema is generated from this): precise about what
 * is published, while the queue's reader takes what it needs (`notificationSchema`). Within a version nothing goes away or
 * changes its meaning; what may grow, like the list of failure codes, is open here.
 */
const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[A-Za-z0-9]{16}$`));
const time = () => z.iso.datetime();
export const notifiedMetadata = z.record(z.string(), z.string());
export const anyObject = z.record(z.string(), z.unknown());
const count = () => z.int().nonnegative();

const connectionFailure = z
  .object({
    error: z.string().meta({ description: 'What the provider said, for a person.' }),
    timestamp: time(),
    code: z.string().meta({ description: 'Why access was lost. More may come.', examples: [...failureCodes] }),
    provider_code: z.string().meta({ description: 'The provider’s own code.' }),
    action: z.string().meta({ description: 'How to repair the access; a text for people.' }),
    reconnect_url: z.string().optional().meta({
      description:
        'A link by which the user repairs the access. It works once, for seven days. Only with an OAuth app.',
    }),
  })
  .meta({ id: 'ConnectionFailure' });

export const calendarState = z.object({
  state: z.enum(['connected', 'disconnected']),
  connection_failure_data: connectionFailure.nullable(),
  last_successful_sync_at: time().nullable(),
  last_attempted_sync_at: time().nullable(),
});

const syncError = z
  .object({
    code: z.string().meta({ description: 'Why it cannot be synced. More may come.', examples: [...syncErrorCodes] }),
    provider_code: z.string().meta({ description: 'The provider’s own code.' }),
    message: z.string().meta({ description: 'What the provider said, for a person.' }),
    action: z.string().meta({ description: 'What cures it, for a person.' }),
    since: time(),
    next_try_at: time(),
  })
  .meta({ id: 'SyncError' });

export const syncFailing = calendarState.extend({ sync_error: syncError });
export const syncRecovered = calendarState.extend({ sync_error: z.null() });

export const calendarConnected = calendarState.extend({
  connect_session_id: id('cses').meta({ description: 'The connect session in which a user has connected it.' }),
  is_reconnect: z
    .boolean()
    .meta({ description: 'The calendar existed before, and had lost its access or was renewed.' }),
});

export const eventsUpdated = calendarState.extend({
  sync_id: z.uuid(),
  created: count(),
  changed: count(),
  deleted: count(),
  since: time().meta({
    description: 'Use it as `updated_at_gte` of `GET /calendar_events`: the list then has every change of this sync.',
  }),
});

const calendarPayload = <Trigger extends WebhookTrigger, Data extends z.ZodType>(trigger: Trigger, data: Data) =>
  z.object({
    idempotency_key: z.uuid().meta({ description: 'The same whenever this notification is repeated.' }),
    calendar_id: id('cal'),
    calendar_deduplication_key: z.string().nullable(),
    calendar_metadata: notifiedMetadata.nullable(),
    trigger: z.literal(trigger),
    data,
  });

const botPayload = <Trigger extends WebhookTrigger, Data extends z.ZodType>(trigger: Trigger, data: Data) =>
  calendarPayload(trigger, data).extend({
    calendar_id: id('cal')
      .nullable()
      .meta({ description: 'The calendar of the event that the bot follows; null for a bot without an event.' }),
    bot_id: id('bot'),
    bot_metadata: notifiedMetadata.nullable(),
  });

const botState = z.enum(botStates);

export const runnerReference = z.object({ name: z.enum(runnerKinds), bot_id: z.string().nullable() });

export const botStateChanged = z.object({
  event_type: z.string().meta({ description: 'What happened. More may come.', examples: ['staged', 'removed'] }),
  event_sub_type: z.string().nullable().meta({ description: 'Why, or how. More may come.' }),
  event_metadata: anyObject,
  old_state: botState,
  new_state: botState.nullable().meta({ description: 'Null: the bot is removed, and `GET /bots/{id}` is 404.' }),
  created_at: time(),
  runner: runnerReference
    .nullable()
    .meta({ description: 'Who runs the bot, and its id there. Null: it is not handed off.' }),
});

export const botDue = z.object({
  action: z.enum(['start', 'update', 'cancel']).meta({
    description: 'What is to be done with the hand-off: join; go elsewhere or at another time; not join after all.',
  }),
  hand_off_id: z.uuid().meta({ description: 'One per bot, the same in every correction.' }),
  revision: z
    .int()
    .positive()
    .meta({ description: 'The instruction with the highest revision of a hand-off is valid.' }),
  bot_name: z.string(),
  meeting_url: z.string(),
  meeting_platform: z.string().nullable(),
  join_at: time().meta({ description: 'When the bot is to be in the meeting.' }),
  calendar_event_id: id('evt').nullable(),
  settings: anyObject.meta({ description: 'Further fields of the request that created the bot, as they were sent.' }),
});

export const tick = z.object({
  event_id: id('evt'),
  offset_minutes: z.int().nonnegative().meta({
    description:
      'How long before the start of the event (`event.starting`) or after its end (`event.ended`) this is due.',
  }),
  starts_at: time(),
  ends_at: time(),
  meeting_url: z.string().nullable(),
  created_at: time().meta({ description: 'When this was due.' }),
});

/** The body of every trigger. One that is missing here does not compile. */
export const payloadSchemas = {
  'calendar.events_update': calendarPayload('calendar.events_update', eventsUpdated),
  'calendar.state_change': calendarPayload('calendar.state_change', calendarState),
  'calendar.sync_failing': calendarPayload('calendar.sync_failing', syncFailing),
  'calendar.sync_recovered': calendarPayload('calendar.sync_recovered', syncRecovered),
  'calendar.first_sync': calendarPayload('calendar.first_sync', calendarState),
  'calendar.connected': calendarPayload('calendar.connected', calendarConnected),
  'bot.state_change': botPayload('bot.state_change', botStateChanged),
  'event.starting': calendarPayload('event.starting', tick),
  'event.ended': calendarPayload('event.ended', tick),
  'bot.due': botPayload('bot.due', botDue),
} satisfies Record<WebhookTrigger, z.ZodType>;
type PayloadSchema = (typeof payloadSchemas)[WebhookTrigger];

/** `detail` of an event on the bus. */
export const notificationDetailSchema = z
  .object({
    version: z.literal(notificationVersion).meta({ description: 'Of this schema.' }),
    project_id: id('proj'),
    has_bot_rules: z
      .literal(true)
      .optional()
      .meta({ description: 'Only with `calendar.events_update`: the project has bot rules, which are applied now.' }),
    payload: z
      .discriminatedUnion('trigger', Object.values(payloadSchemas) as [PayloadSchema, ...PayloadSchema[]])
      .meta({ description: 'The body a webhook has; its `trigger` is the event’s `detail-type`.' }),
  })
  .meta({ title: 'Detail of an event on the bus of Kalends' });

/** A notification as it is announced: its version is put on when it is published. */
export type PublishedNotification = Omit<z.output<typeof notificationDetailSchema>, 'version'>;
