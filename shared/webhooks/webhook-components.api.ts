import { answerObject, type Component, choiceList, listObject, pascalCase, requestObject } from '../http/component.ts';
import { deliveryAttemptOut, deliveryOut, replayOut } from './delivery.api.ts';
import { deliveryStatuses, noAttemptReasons } from './delivery.ts';
import { inactiveReasons, triggerChoices } from './endpoint.ts';
import { replayChoices } from './replay-choice.ts';
import {
  createdWebhookSchema,
  replayFields,
  rotateSecretFields,
  webhookListSchema,
  webhookSchema,
} from './webhook.api.ts';
import { createWebhookRequest, deliveryListOut, updateWebhookRequest } from './webhook-documents.api.ts';
import { filterSchema } from './webhook-filter-field.api.ts';

const texts = {
  url: 'Where requests are sent: an https URL without credentials, on port 443 unless the deployment allows others. Its host must not resolve to a private or reserved address',
  triggers: 'What is sent; repeated words count once',
  filter: 'Only notifications about these calendars, and with this metadata of the calendar or bot; null is no filter',
  offsets_minutes: 'Minutes before the start for `event.starting`, after the end for `event.ended`',
  is_active: 'Whether notifications are sent; those in between can be replayed',
};

const webhook = {
  id: 'Id of the endpoint',
  ...texts,
  inactive_reason:
    'Why Kalends deactivated the endpoint. `gone`: it answered 410. `failing`: every attempt failed for five days',
  inactive_since: 'Since when the endpoint is inactive, UTC; null while it is active',
  created_at: 'Time of creation, UTC',
  updated_at: 'Time of the last change, UTC',
};

/** `CalendarEventsUpdate` for `calendar.events_update`, `AllCalendarTriggers` for `calendar.*`. */
const nameTrigger = (trigger: string): string =>
  trigger.endsWith('*') ? `All${pascalCase(trigger.replace('*', ''))}Triggers` : pascalCase(trigger);

export const webhookComponents: readonly Component[] = [
  answerObject('Webhook', webhookSchema, 'An endpoint to which notifications are sent.', webhook),
  answerObject('WebhookWithSecret', createdWebhookSchema, 'An endpoint with its secret, which is shown only once.', {
    ...webhook,
    secret: 'Signs requests to this endpoint',
    signing_key: 'The bytes of `secret` as bare base64, for verifiers that do not know the prefix',
  }),
  listObject('WebhookList', webhookListSchema, 'A page of endpoints.'),
  requestObject('WebhookFilter', filterSchema, 'Narrows an endpoint. Both parts must fit where both are given.', {
    calendar_ids: 'Ids of calendars',
    metadata: 'What the metadata of the calendar or bot must have',
  }),
  requestObject('CreateWebhook', createWebhookRequest, 'An endpoint to create.', texts),
  requestObject('UpdateWebhook', updateWebhookRequest, 'What to change in an endpoint; absent fields stay.', texts),
  requestObject('RotateWebhookSecret', rotateSecretFields, 'How to rotate the secret of an endpoint.', {
    retire_old: '`now`: the former secret signs no longer, because it has leaked; absent: it signs for another day',
  }),
  requestObject('ReplayRequest', replayFields, 'Which deliveries to send again.', {
    since: 'Those created at or after this time; ISO 8601, without an offset UTC',
    only: '`failed`: those that were attempted without success. `missing`: also those that were never attempted',
  }),
  answerObject('ReplayResult', replayOut, 'How far a replay is.', {
    replayed: 'Deliveries scheduled again so far',
    is_complete: 'False: the replay continues after this answer, without another request',
  }),
  answerObject('Delivery', deliveryOut, 'A notification on its way to an endpoint.', {
    id: 'Id of the delivery',
    idempotency_key: 'The key in the payload, the same at every attempt',
    trigger: 'The trigger in the payload',
    calendar_id: 'The calendar that it is about; null without one',
    bot_id: 'The bot that it is about; null without one',
    payload: 'The request body, the same at every attempt',
    status:
      '`pending`: waits for its first attempt, also after a redelivery. `failed`: the last attempt failed, and another one follows. `exhausted`: no attempt follows; redeliver or replay. `skipped`: the endpoint was switched off, or too many deliveries waited for it',
    attempts: 'The attempts, the oldest first',
    reason:
      'Why no further attempt is made. `endpoint_inactive`: the endpoint was inactive. `too_many_waiting`: too many deliveries waited for it',
    next_attempt_at: 'When the next attempt is due, UTC; null when none is',
    created_at: 'Time of the notification, UTC',
  }),
  answerObject('DeliveryAttempt', deliveryAttemptOut, 'An attempt to deliver.', {
    at: 'When it began, UTC',
    status_code: 'Status of the answer; null without an answer',
    duration_ms: 'How long it took, in milliseconds',
    response: 'The first 500 characters of the answer',
    error: 'What went wrong beside the status, such as `TIMEOUT`',
  }),
  listObject('DeliveryList', deliveryListOut, 'A page of deliveries.'),
  choiceList(
    'WebhookTrigger',
    triggerChoices,
    'What an endpoint may subscribe to: a trigger, all of a group (`calendar.*`), or all.',
    triggerChoices.map(nameTrigger),
  ),
  choiceList('WebhookInactiveReason', inactiveReasons, 'Why Kalends deactivated an endpoint.'),
  choiceList('DeliveryStatus', deliveryStatuses, 'How far a delivery is.'),
  choiceList('DeliveryReason', noAttemptReasons, 'Why no further attempt of a delivery is made.'),
  choiceList('ReplayChoice', replayChoices, 'Which deliveries a replay sends again.'),
];
