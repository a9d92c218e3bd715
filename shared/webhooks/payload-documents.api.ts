import * as z from 'zod';
import { answerObject, type Component } from '../http/component.ts';
import type { SchemaWriter } from '../http/describe-schemas.ts';
import type { WebhookTrigger } from '../notifications/notification.ts';
import {
  botDue,
  botStateChanged,
  calendarConnected,
  calendarState,
  eventsUpdated,
  payloadSchemas,
  syncFailing,
  syncRecovered,
  tick,
} from '../notifications/notification-schema.ts';
import { testTrigger } from './delivery.ts';
import { payloadExamples } from './payload-examples.api.ts';

/** The body that `POST /webhooks/{id}/test` sends: it is about no calendar. */
const testPayload = z.object({
  idempotency_key: z.uuid(),
  calendar_id: z.null(),
  calendar_deduplication_key: z.null(),
  calendar_metadata: z.null(),
  trigger: z.literal(testTrigger),
  data: calendarState,
});

type SentTrigger = WebhookTrigger | typeof testTrigger;

interface WebhookDocument {
  /** Name of the schema of its body. */
  name: string;
  summary: string;
  description: string;
}

/** What the document says about the requests with each trigger. One that is missing here does not compile. */
const documents: Record<SentTrigger, WebhookDocument> = {
  'calendar.events_update': {
    name: 'CalendarEventsUpdatePayload',
    summary: 'Events have changed',
    description:
      'Sent once per sync that created, changed or deleted an event, after those rows can be read. Read them with `updated_at_gte` set to `data.since`.',
  },
  'calendar.state_change': {
    name: 'CalendarStateChangePayload',
    summary: 'A calendar was disconnected or connected again',
    description: 'Sent once per change. `connection_failure_data` says why, and how to repair the access.',
  },
  'calendar.sync_failing': {
    name: 'CalendarSyncFailingPayload',
    summary: 'A connected calendar cannot be synchronized',
    description: 'Sent once per failure that lasts. `sync_error` says why.',
  },
  'calendar.sync_recovered': {
    name: 'CalendarSyncRecoveredPayload',
    summary: 'A calendar is synchronized again',
    description: 'Sent after `calendar.sync_failing`, when a sync has succeeded.',
  },
  'calendar.first_sync': {
    name: 'CalendarFirstSyncPayload',
    summary: 'The events of a new calendar can be read',
    description: 'Sent once, after the first successful sync of a calendar.',
  },
  'calendar.connected': {
    name: 'CalendarConnectedPayload',
    summary: 'A user has connected a calendar on your connect page',
    description: 'Sent for each calendar that a connect session has connected, or connected again.',
  },
  'bot.state_change': {
    name: 'BotStateChangePayload',
    summary: 'The state of a bot has changed, or the bot was removed',
    description: '`new_state` is null when the bot was removed.',
  },
  'event.starting': {
    name: 'EventStartingPayload',
    summary: 'An event starts soon',
    description: 'Sent `offsets_minutes` of the endpoint before the start that the event has then.',
  },
  'event.ended': {
    name: 'EventEndedPayload',
    summary: 'An event has ended',
    description: 'Sent `offsets_minutes` of the endpoint after the end that the event has then.',
  },
  'bot.due': {
    name: 'BotDuePayload',
    summary: 'An instruction to the runner of a bot',
    description: 'The instruction with the highest `revision` of a hand-off is valid (docs/bots.md).',
  },
  [testTrigger]: {
    name: 'WebhookTestPayload',
    summary: 'A test',
    description: 'Sent by `POST /webhooks/{id}/test`, signed like every other request.',
  },
};

const schemas: Record<SentTrigger, z.ZodType> = { ...payloadSchemas, [testTrigger]: testPayload };
const examples: Record<SentTrigger, unknown> = {
  ...payloadExamples,
  [testTrigger]: {
    idempotency_key: 'b2f6f3a4-5c1d-4b7e-9a80-6f1d2e3c4b5a',
    calendar_id: null,
    calendar_deduplication_key: null,
    calendar_metadata: null,
    trigger: testTrigger,
    data: {
      state: 'connected',
      connection_failure_data: null,
      last_successful_sync_at: null,
      last_attempted_sync_at: null,
    },
  },
};

const payloadTexts: Record<string, string> = {
  idempotency_key: 'The same in every attempt, and when the notification is repeated',
  calendar_id: 'The calendar that it is about; null without one',
  calendar_deduplication_key: 'Your own key of the calendar; null without one',
  calendar_metadata: 'Metadata of the calendar; null without any',
  trigger: 'What happened',
  data: 'The details',
};
const botPayloadTexts = { ...payloadTexts, bot_id: 'The bot', bot_metadata: 'Metadata of the bot; null without any' };

const stateTexts = {
  state: '`disconnected`: access is lost',
  connection_failure_data: 'Why access is lost; null while the calendar is connected',
  last_successful_sync_at: 'When the last successful sync began, UTC',
  last_attempted_sync_at: 'When the last sync began, UTC',
};

const payloads: readonly Component[] = [
  ...Object.entries(documents).map(
    ([trigger, { name, description }]): Component => ({
      name,
      schema: schemas[trigger as SentTrigger],
      description,
      fields: trigger.startsWith('bot.') ? botPayloadTexts : payloadTexts,
    }),
  ),
  answerObject('CalendarStateData', calendarState, 'The state of a calendar.', stateTexts),
  answerObject('CalendarConnectedData', calendarConnected, 'A calendar that a user has connected.', {
    ...stateTexts,
    connect_session_id: 'The connect session in which it was connected',
    is_reconnect: 'Whether the calendar existed before',
  }),
  answerObject('SyncFailingData', syncFailing, 'A calendar that cannot be synchronized.', {
    ...stateTexts,
    sync_error: 'Why it cannot be synchronized',
  }),
  answerObject('SyncRecoveredData', syncRecovered, 'A calendar that is synchronized again.', {
    ...stateTexts,
    sync_error: 'Always null',
  }),
  answerObject('EventsUpdateData', eventsUpdated, 'What a sync has changed.', {
    ...stateTexts,
    sync_id: 'Id of the sync run',
    created: 'Events that it added',
    changed: 'Events that it changed',
    deleted: 'Events that it marked as deleted',
    since: 'Use it as `updated_at_gte` of `GET /calendar_events`: the list then has every change of this sync',
  }),
  answerObject('BotStateChangeData', botStateChanged, 'A change of the state of a bot.', {
    event_type: 'What happened. A later version may add types',
    event_sub_type: 'Why, or how. A later version may add words',
    event_metadata: 'What the runner has reported besides',
    old_state: 'The state before',
    new_state: 'The state now. Null: the bot is removed, and `GET /bots/{id}` is 404',
    created_at: 'When it happened, UTC',
    runner: 'Who runs the bot, and its id there. Null: it is not handed off',
  }),
  answerObject('BotDueData', botDue, 'An instruction to a runner.', {
    action: '`start`: join. `update`: the link or the time has changed. `cancel`: do not join',
    hand_off_id: 'One per bot, the same in every correction',
    revision: 'The instruction with the highest revision of a hand-off is valid',
    bot_name: 'The name that the bot shows in the meeting',
    meeting_url: 'The link of the meeting',
    meeting_platform: 'Its platform; null where it is not known',
    join_at: 'When the bot is to be in the meeting, UTC',
    calendar_event_id: 'The event that the bot follows; null without one',
    settings: 'Further fields of the request that created the bot, as they were sent',
  }),
  answerObject('EventTickData', tick, 'An event that starts or has ended.', {
    event_id: 'The event',
    offset_minutes: 'Minutes before its start or after its end',
    starts_at: 'Start of the event, UTC',
    ends_at: 'End of the event, UTC',
    meeting_url: 'The link of its meeting; null without one',
    created_at: 'When this was due, UTC',
  }),
];

/** Written in the section `webhooks`: no operation takes or gives them. */
export const payloadComponents = payloads.map((component): Component => ({ ...component, isInline: true }));

/** Headers of every request to an endpoint (`sign.ts`). */
const signatureParameters = [
  {
    name: 'webhook-id',
    in: 'header',
    required: true,
    description: 'The `idempotency_key` of the body',
    schema: { type: 'string', format: 'uuid' },
    example: 'b2f6f3a4-5c1d-4b7e-9a80-6f1d2e3c4b5a',
  },
  {
    name: 'webhook-timestamp',
    in: 'header',
    required: true,
    description: 'Time of this attempt in seconds since the epoch',
    schema: { type: 'string', pattern: '^\\d+$' },
    example: '1795253403',
  },
  {
    name: 'webhook-signature',
    in: 'header',
    required: true,
    description:
      'Standard Webhooks: `v1,` and the base64 HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}`; two entries with a space between them while a secret is rotated',
    schema: { type: 'string' },
    example: 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=',
  },
  {
    name: 'X-Webhook-Signature',
    in: 'header',
    required: true,
    description: 'The base64 HMAC-SHA256 of the body, with the newest secret',
    schema: { type: 'string' },
    example: '7UGnYxhKgPTqGlnLOXVTVOXiL2tm7bFRVAmkuxB8yJM=',
  },
];

/** The section `webhooks` of the document: every request that Kalends sends to endpoints. */
export const describeWebhooks = ({ write }: Pick<SchemaWriter, 'write'>): Record<string, object> =>
  Object.fromEntries(
    Object.entries(documents).map(([trigger, { summary, description }]) => [
      trigger,
      {
        post: {
          operationId: `receive_${trigger.replace('.', '_')}`,
          summary,
          description,
          tags: ['Webhooks'],
          security: [],
          parameters: signatureParameters,
          requestBody: {
            required: true,
            description: 'Canonical JSON: keys sorted at every depth, no spaces, UTF-8',
            content: {
              'application/json': {
                schema: write(schemas[trigger as SentTrigger]),
                example: examples[trigger as SentTrigger],
              },
            },
          },
          responses: {
            '2XX': { description: 'Delivered. An attempt has 15 seconds' },
            '410': { description: 'Disables the endpoint at once' },
            default: { description: 'Failed: tried again over three days. `Retry-After` pauses the endpoint' },
          },
        },
      },
    ]),
  );
