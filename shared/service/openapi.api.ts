import * as z from 'zod';
import { botDecisionOut, explainedDecisionOut } from '../bot-rules/bot-decision.api.ts';
import { botRulesOut, botRulesRequest } from '../bot-rules/bot-rules-fields.api.ts';
import { botOperations } from '../bots/bot-operations.api.ts';
import { calendarOut, createCalendarFields, updateCalendarFields } from '../calendars/calendar.api.ts';
import { calendarEventOut } from '../events/calendar-event.api.ts';
import { calendarChangesOut } from '../events/change-feed/calendar-change.api.ts';
import { detailOut, fieldErrorsOut, internalErrorOut, lookupErrorOut } from '../http/error-schemas.ts';
import { idempotencyKeyHeader, idempotencyKeyPattern, replayedHeader } from '../http/idempotency-key.ts';
import { cursor, type OperationDocument, timeText } from '../http/operation-document.ts';
import { noFields } from '../http/request-fields.ts';
import { listOut } from '../http/response-fields.ts';
import { calendarHealthOut } from '../sync/calendar-health.api.ts';
import { calendarSyncOut, requestedSyncOut } from '../sync/sync-log.api.ts';
import { deliveryOut, replayOut } from '../webhooks/delivery.api.ts';
import { deliveryStatuses } from '../webhooks/delivery.ts';
import {
  createdWebhookSchema,
  createWebhookFields,
  replayFields,
  updateWebhookFields,
  webhookListSchema,
  webhookSchema,
} from '../webhooks/webhook.api.ts';
import { type Operation, type Route, routes } from './routes.ts';

/** Faults of fields, or an endpoint that takes nothing. */
const refused = z.union([fieldErrorsOut, detailOut, lookupErrorOut]);

/** What each operation takes and answers, in the schemas that validate requests and shape answers. */
const operations: Record<Operation, OperationDocument> = {
  getHealth: {
    summary: 'Is the service up?',
    tag: 'Service',
    responses: { 200: z.object({ status: z.literal('ok'), version: z.string() }) },
  },
  getOpenapi: { summary: 'This document', tag: 'Service', responses: { 200: z.record(z.string(), z.unknown()) } },
  createCalendar: {
    summary: 'Connect a calendar; its first sync begins at once',
    tag: 'Calendars',
    request: createCalendarFields,
    responses: { 201: calendarOut, 400: z.union([fieldErrorsOut, detailOut]), 415: detailOut, 429: detailOut },
  },
  listCalendars: {
    summary: 'List calendars, newest created first',
    tag: 'Calendars',
    query: { deduplication_key: { description: 'Only the calendar with this key' }, cursor },
    responses: { 200: listOut(calendarOut), 404: detailOut },
  },
  getCalendar: {
    summary: 'Read a calendar',
    tag: 'Calendars',
    responses: { 200: calendarOut, 404: lookupErrorOut },
  },
  updateCalendar: {
    summary: 'Change credentials or metadata; every successful change causes a sync',
    tag: 'Calendars',
    request: updateCalendarFields,
    responses: { 200: calendarOut, 400: z.union([fieldErrorsOut, detailOut]), 404: lookupErrorOut, 415: detailOut },
  },
  deleteCalendar: {
    summary: 'Delete a calendar with its events and push channel',
    tag: 'Calendars',
    responses: { 200: null, 404: lookupErrorOut },
  },
  listCalendarSyncs: {
    summary: 'List the last runs of a calendar’s sync, newest first',
    tag: 'Freshness',
    query: { cursor },
    responses: { 200: listOut(calendarSyncOut), 404: z.union([lookupErrorOut, detailOut]) },
  },
  syncCalendar: {
    summary: 'Ask for a sync now',
    tag: 'Freshness',
    request: noFields,
    responses: {
      202: requestedSyncOut,
      400: z.union([fieldErrorsOut, detailOut]),
      404: lookupErrorOut,
      415: detailOut,
      429: detailOut,
    },
  },
  getCalendarHealth: {
    summary: 'How fresh a calendar is, and by what means',
    tag: 'Freshness',
    responses: { 200: calendarHealthOut, 404: lookupErrorOut },
  },
  listCalendarChanges: {
    summary: 'Every change of every event of the project, in commit order',
    tag: 'Freshness',
    query: {
      calendar_id: { description: 'Only changes of this calendar' },
      cursor: { description: '`next_cursor` of the answer before; without one, the oldest change that is kept' },
    },
    responses: { 200: calendarChangesOut, 404: detailOut, 410: detailOut },
  },
  listCalendarEvents: {
    summary: 'List events; all filters hold together',
    tag: 'Calendar events',
    query: {
      calendar_id: { description: 'Only events of this calendar' },
      calendar_deduplication_key: { description: 'Only events of the calendar with this key' },
      event_id: { description: 'Only this event' },
      updated_at_gte: { description: `Changed at or after. ${timeText}` },
      updated_after: { description: 'Alias of `updated_at_gte`, used only without it' },
      start_time_gte: { description: `Begins at or after. ${timeText}` },
      end_time_lte: { description: `Ends at or before. ${timeText}` },
      ordering: {
        description: 'Order; the default is newest changed first',
        schema: {
          type: 'string',
          enum: ['updated_at', 'start_time', 'end_time', 'created_at'].flatMap((name) => [name, `-${name}`]),
          default: '-updated_at',
        },
      },
      cursor,
    },
    responses: { 200: listOut(calendarEventOut), 400: lookupErrorOut, 404: detailOut },
  },
  getCalendarEvent: {
    summary: 'Read an event',
    tag: 'Calendar events',
    responses: { 200: calendarEventOut, 404: lookupErrorOut },
  },
  getBotDecision: {
    summary: 'Whether a bot joins an event by the rules, and why',
    tag: 'Bot rules',
    responses: { 200: explainedDecisionOut, 404: lookupErrorOut },
  },
  getBotRules: {
    summary: 'Read the rules by which events get a bot without anyone asking',
    tag: 'Bot rules',
    responses: { 200: botRulesOut },
  },
  putBotRules: {
    summary: 'Replace all rules; the first that matches an event decides it, and without one it gets no bot',
    tag: 'Bot rules',
    request: botRulesRequest,
    responses: { 200: botRulesOut, 400: z.union([fieldErrorsOut, detailOut]), 415: detailOut },
  },
  listBotDecisions: {
    summary: 'What the stored rules say of the events that begin in the next 28 days, soonest first',
    tag: 'Bot rules',
    query: { cursor },
    responses: { 200: listOut(botDecisionOut), 404: detailOut },
  },
  ...botOperations,
  createWebhook: {
    summary: 'Add a webhook endpoint; its secret is only in this answer',
    tag: 'Webhooks',
    request: createWebhookFields({ allowLoopback: false, ports: [443] }),
    responses: { 201: createdWebhookSchema, 400: z.union([fieldErrorsOut, detailOut]), 415: detailOut },
  },
  listWebhooks: { summary: 'List webhook endpoints', tag: 'Webhooks', responses: { 200: webhookListSchema } },
  getWebhook: {
    summary: 'Read a webhook endpoint',
    tag: 'Webhooks',
    responses: { 200: webhookSchema, 404: lookupErrorOut },
  },
  deleteWebhook: {
    summary: 'Remove a webhook endpoint',
    tag: 'Webhooks',
    responses: { 200: null, 404: lookupErrorOut },
  },
  updateWebhook: {
    summary: 'Change a webhook endpoint; activating it forgets why it was stopped',
    tag: 'Webhooks',
    request: updateWebhookFields({ allowLoopback: false, ports: [443] }),
    responses: { 200: webhookSchema, 400: z.union([fieldErrorsOut, detailOut]), 404: lookupErrorOut, 415: detailOut },
  },
  rotateWebhookSecret: {
    summary: 'Replace the secret, which signs beside the new one for 24 hours; the new one is only in this answer',
    tag: 'Webhooks',
    request: noFields,
    responses: {
      200: createdWebhookSchema,
      400: z.union([fieldErrorsOut, detailOut]),
      404: lookupErrorOut,
      415: detailOut,
    },
  },
  testWebhook: {
    summary: 'Send a signed test delivery now, with the trigger `webhook.test`',
    tag: 'Webhooks',
    request: noFields,
    responses: { 202: deliveryOut, 400: refused, 404: lookupErrorOut, 415: detailOut },
  },
  listWebhookDeliveries: {
    summary: 'List the deliveries of an endpoint, newest first',
    tag: 'Webhooks',
    query: {
      status: { description: 'Only these', schema: { type: 'string', enum: [...deliveryStatuses] } },
      cursor,
    },
    responses: { 200: listOut(deliveryOut), 400: lookupErrorOut, 404: z.union([lookupErrorOut, detailOut]) },
  },
  redeliver: {
    summary: 'Deliver again, now, under the same idempotency key; the schedule begins anew',
    tag: 'Webhooks',
    request: noFields,
    responses: { 202: deliveryOut, 400: refused, 404: lookupErrorOut, 415: detailOut },
  },
  replayDeliveries: {
    summary: 'Deliver again what an endpoint has not got since a time',
    tag: 'Webhooks',
    request: replayFields,
    responses: { 202: replayOut, 400: refused, 404: lookupErrorOut, 415: detailOut },
  },
  receiveGooglePush: {
    summary: 'Push notifications of Google; verified by the token of their channel',
    tag: 'Provider push',
    responses: { 204: null },
  },
  receiveMicrosoftPush: {
    summary: 'Change notifications of Microsoft Graph; each is verified by its client state',
    tag: 'Provider push',
    query: { validationToken: { description: 'Sent when a subscription is made; echoed as plain text' } },
    responses: { 200: null, 202: null },
  },
  receiveAttendeePush: {
    summary: 'Webhooks of an Attendee server about its bots; verified by its signature',
    tag: 'Provider push',
    responses: { 204: null },
  },
  receiveMicrosoftLifecycle: {
    summary: 'Lifecycle notifications of Microsoft Graph; each is verified by its client state',
    tag: 'Provider push',
    query: { validationToken: { description: 'Sent when a subscription is made; echoed as plain text' } },
    responses: { 200: null, 202: null },
  },
};

const jsonSchema = (schema: z.ZodType): object => {
  const { $schema: _dialect, ...document } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  return document;
};

const answer = (description: string, schema: z.ZodType | null): object => ({
  description,
  ...(schema && { content: { 'application/json': { schema: jsonSchema(schema) } } }),
});

const statusTexts: Record<number, string> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'Accepted, or quietly ignored',
  400: 'Not valid',
  404: 'Absent, or another project’s; or an invalid cursor',
  409: `A request with this \`${idempotencyKeyHeader}\` is still running; see \`Retry-After\``,
  410: 'Changes after this cursor are not kept any more',
  415: 'Not JSON',
  422: `The \`${idempotencyKeyHeader}\` was sent with another request`,
  429: 'Too many POSTs; see `Retry-After`',
};

/** What every POST that needs an API key has in addition: it can be sent again without harm. */
const idempotency = {
  parameter: {
    name: idempotencyKeyHeader,
    in: 'header',
    description:
      'Repeating the request with the same key within 24 hours gives the first answer again, with the header ' +
      `\`${replayedHeader}: true\`, rather than doing it twice. Answers of 401, 429 and 5xx are not kept.`,
    schema: { type: 'string', pattern: idempotencyKeyPattern },
  },
  responses: { 400: detailOut, 409: detailOut, 422: detailOut },
};

function describe(route: Route & { operation: Operation }): object {
  const { summary, tag, query = {}, request, responses: ownResponses } = operations[route.operation];
  const keyed = route.auth === 'api_key';
  const repeatable = keyed && route.method === 'POST';
  const responses: OperationDocument['responses'] = { ...(repeatable && idempotency.responses), ...ownResponses };
  const parameters = [
    ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...Object.entries(query).map(([name, { description, schema = { type: 'string' } }]) => ({
      name,
      in: 'query',
      description,
      schema,
    })),
    ...(repeatable ? [idempotency.parameter] : []),
  ];
  return {
    operationId: route.operation,
    summary,
    tags: [tag],
    ...(parameters.length > 0 && { parameters }),
    ...(request && {
      requestBody: {
        required: !request.safeParse({}).success,
        content: { 'application/json': { schema: jsonSchema(request) } },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(responses).map(([status, schema]) => [
          status,
          answer(statusTexts[Number(status)] ?? '', schema),
        ]),
      ),
      ...(keyed && { 401: answer('No valid API key', detailOut) }),
      500: answer('Unforeseen; `error_id` finds the cause in the log', internalErrorOut),
    },
    ...(!keyed && { security: [] }),
  };
}

/** The OpenAPI 3.1 document of the whole API, made from the route table and the schemas in use. */
export function openapiDocument(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describe(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kalends',
      version,
      description: 'Calendars of Google and Microsoft, kept in sync. Wire-compatible with Attendee’s calendar API.',
    },
    security: [{ api_key: [] }],
    paths,
    components: {
      securitySchemes: {
        api_key: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: 'The word `Token`, a space and a key of the project',
        },
      },
    },
  };
}
