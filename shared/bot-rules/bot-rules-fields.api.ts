import * as z from 'zod';
import { busyKinds, eventTypes, visibilities } from '../events/event-traits.ts';
import { booleanField } from '../http/boolean-field.ts';
import { choicesField } from '../http/choices-field.ts';
import { integerField } from '../http/integer-field.ts';
import { listField } from '../http/list-field.ts';
import { choiceField, optionalField, textField } from '../http/request-fields.ts';
import { timeOut } from '../http/response-fields.ts';
import { meetingPlatforms } from '../meeting-links/meeting-platforms.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import { type BotRules, organizerKinds, ruleActions, ruleLimits } from './bot-rules.ts';
import { mailDomainField } from './mail-domain-field.api.ts';

/** One rule of `PUT /bot_rules`; docs/bot-rules.md explains each condition. */
export const botRuleFields = z.object({
  name: optionalField(textField(ruleLimits.name)),
  action: choiceField(ruleActions),
  bot_name: optionalField(textField(ruleLimits.name)),
  platforms: optionalField(choicesField(meetingPlatforms)),
  has_external_attendees: optionalField(booleanField()),
  organizer: optionalField(choiceField(organizerKinds)),
  accepted: optionalField(booleanField()),
  minimum_attendees: optionalField(integerField(1, ruleLimits.attendees)),
  title_matches: optionalField(listField(textField(ruleLimits.title), ruleLimits.titles)),
  title_excludes: optionalField(listField(textField(ruleLimits.title), ruleLimits.titles)),
  calendars: optionalField(listField(textField(ruleLimits.calendar), ruleLimits.calendars)),
  event_type: optionalField(choicesField(eventTypes)),
  visibility: optionalField(choicesField(visibilities)),
  busy: optionalField(choicesField(busyKinds)),
  needs_answer: optionalField(booleanField()),
});

/** The body around the rules. Each rule is checked separately, so that its faults name its place. */
export const botRulesFields = z.object({
  rules: listField(z.unknown(), ruleLimits.rules, { least: 0 }),
  internal_domains: optionalField(listField(mailDomainField(), ruleLimits.domains, { least: 0 })),
});

/** The whole body, for the OpenAPI document. */
export const botRulesRequest = botRulesFields.extend({
  rules: listField(botRuleFields, ruleLimits.rules, { least: 0 }),
});

export const botRuleOut = z.object({
  name: z.string().nullable(),
  action: z.enum(ruleActions),
  bot_name: z.string().nullable(),
  platforms: z.array(z.enum(meetingPlatforms)).nullable(),
  has_external_attendees: z.boolean().nullable(),
  organizer: z.enum(organizerKinds).nullable(),
  accepted: z.boolean().nullable(),
  minimum_attendees: z.int().nullable(),
  title_matches: z.array(z.string()).nullable(),
  title_excludes: z.array(z.string()).nullable(),
  calendars: z.array(z.string()).nullable(),
  event_type: z.array(z.enum(eventTypes)).nullable(),
  visibility: z.array(z.enum(visibilities)).nullable(),
  busy: z.array(z.enum(busyKinds)).nullable(),
  needs_answer: z.boolean().nullable(),
});

/** The rules of a project in answers. Null means that a condition is not set. */
export const botRulesOut = z.object({
  rules: z.array(botRuleOut),
  internal_domains: z.array(z.string()),
  updated_at: timeOut().nullable(),
});

const unset = Object.fromEntries(Object.keys(botRuleOut.shape).map((name) => [name, null]));

export const showBotRules = ({ rules, internal_domains, updated_at }: BotRules): z.output<typeof botRulesOut> =>
  botRulesOut.parse({
    rules: rules.map((rule) => ({ ...unset, ...rule })),
    internal_domains,
    updated_at: updated_at && formatTimestamp(updated_at),
  });
