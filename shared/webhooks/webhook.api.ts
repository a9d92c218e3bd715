import * as z from 'zod';
import { booleanField } from '../http/boolean-field.ts';
import { choicesField } from '../http/choices-field.ts';
import { integerField } from '../http/integer-field.ts';
import { listField } from '../http/list-field.ts';
import { choiceField, optionalField, textField } from '../http/request-fields.ts';
import { idOut, listOut, timeOut } from '../http/response-fields.ts';
import { timeField } from '../http/time-field.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import { findUrlFaults, type UrlRules } from './egress/find-url-faults.ts';
import { inactiveReasons, retirements, triggerChoices, type Webhook } from './endpoint.ts';
import { replayChoices } from './replay-choice.ts';
import { filterField, filterSchema } from './webhook-filter-field.api.ts';

const longestUrl = 2048;

const urlField = (rules: UrlRules) =>
  textField(longestUrl)
    .superRefine((text, context) => {
      for (const message of findUrlFaults(text, rules)) context.addIssue({ code: 'custom', message });
    })
    .meta({
      format: 'uri',
      maxLength: longestUrl,
      pattern: '^https://[^/?#@\\\\]+(?:[/?#]|$)',
    });

const mostOffsets = 5;
/** A day. */
const longestOffset = 1440;
const offsetsField = (): z.ZodType<number[]> =>
  listField(integerField(0, longestOffset), mostOffsets).overwrite((list) => [...new Set(list)]);

/** Body of `POST /webhooks` (docs/api-compatibility.md#webhook-endpoints). */
export const createWebhookFields = (rules: UrlRules) =>
  z.object({
    url: urlField(rules),
    triggers: choicesField(triggerChoices),
    filter: optionalField(filterField()),
    offsets_minutes: optionalField(offsetsField()),
    is_active: optionalField(booleanField()).meta({ default: true }),
  });

/** Body of `PATCH /webhooks/{id}`. */
export const updateWebhookFields = (rules: UrlRules) =>
  z.object({
    url: optionalField(urlField(rules)),
    triggers: optionalField(choicesField(triggerChoices)),
    filter: optionalField(filterField()),
    offsets_minutes: optionalField(offsetsField()),
    is_active: optionalField(booleanField()),
  });

/** Body of `POST /webhooks/{id}/rotate_secret`. */
export const rotateSecretFields = z.object({
  retire_old: optionalField(choiceField(retirements)),
});

/** Body of `POST /webhooks/{id}/replay`. */
export const replayFields = z.object({ since: timeField('since'), only: choiceField(replayChoices) });

/** An endpoint in answers. */
export const webhookSchema = z.object({
  id: idOut('webhook'),
  // As it was given: not each address is a URI by RFC 3986.
  url: z.string(),
  triggers: z.array(z.enum(triggerChoices)).min(1),
  is_active: z.boolean(),
  inactive_reason: z.enum(inactiveReasons).nullable(),
  inactive_since: timeOut().nullable(),
  filter: filterSchema.nullable(),
  offsets_minutes: z.array(z.int().min(0)),
  created_at: timeOut(),
  updated_at: timeOut(),
});

/** The answer to creation and rotation. No other answer has the secret. */
export const createdWebhookSchema = webhookSchema.extend({
  secret: z.string().regex(/^whsec_[A-Za-z0-9+/]+=*$/),
  signing_key: z.string().regex(/^[A-Za-z0-9+/]+=*$/),
});

/** `GET /webhooks`: newest first; without `limit` all endpoints of the project are on one page. */
export const webhookListSchema = listOut(webhookSchema);

export const showWebhook = (webhook: Webhook): z.output<typeof webhookSchema> => ({
  id: webhook.id,
  url: webhook.url,
  triggers: webhook.triggers,
  is_active: webhook.is_active,
  inactive_reason: webhook.inactive_reason,
  inactive_since: webhook.inactive_since && formatTimestamp(webhook.inactive_since),
  filter: webhook.filter,
  offsets_minutes: webhook.offsets_minutes,
  created_at: formatTimestamp(webhook.created_at),
  updated_at: formatTimestamp(webhook.updated_at),
});
