import * as z from 'zod';
import { booleanField } from '../http/boolean-field.ts';
import { integerField } from '../http/integer-field.ts';
import { choiceField, optionalField, textField } from '../http/request-fields.ts';
import { findUrlFaults, type UrlRules } from '../webhooks/egress/find-url-faults.ts';
import { runnerKinds } from './bot.ts';
import type { BotSettings } from './bot-settings.ts';
import { meetingHostsField } from './meeting-host-field.api.ts';

const longestUrl = 2048;
const longestSecret = 1024;
const mostBots = 1000;

const baseUrlField = (rules: UrlRules) =>
  textField(longestUrl)
    .superRefine((text, context) => {
      const faults = findUrlFaults(text, rules);
      for (const message of faults) context.addIssue({ code: 'custom', message });
      if (faults.length === 0 && /[?#]/.test(text)) context.addIssue({ code: 'custom', message: 'Enter a valid URL.' });
    })
    .meta({
      format: 'uri',
      maxLength: longestUrl,
      pattern: '^https://[^/?#@\\\\]+(?:/[^?#]*)?$',
    });

const shortestKey = 24;
/** Base64 without unused bits in its last character, as a schema says it. */
const base64Of24Bytes =
  '^(?:whsec_)?(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$';

/** Other spellings of base64 decode to other bytes, or to none, and every sender could sign with those. */
const webhookSecretField = () =>
  textField(longestSecret)
    .superRefine((text, context) => {
      const encoded = text.replace(/^whsec_/, '');
      const key = Buffer.from(encoded, 'base64');
      if (key.toString('base64') === encoded && key.length >= shortestKey) return;
      context.addIssue({ code: 'custom', message: `Enter the base64 of at least ${shortestKey} bytes.` });
    })
    .meta({ maxLength: longestSecret, pattern: base64Of24Bytes });

/** Body of `PATCH /bot_settings`. */
export const updateBotSettingsFields = (rules: UrlRules) =>
  z.object({
    runner: optionalField(choiceField(runnerKinds)),
    attendee_base_url: optionalField(baseUrlField(rules)),
    attendee_api_key: optionalField(textField(longestSecret)),
    attendee_webhook_secret: optionalField(webhookSecretField()),
    restore_bots_on_reconnect: optionalField(booleanField()),
    meeting_hosts: optionalField(meetingHostsField()),
    max_automatic_bots_per_calendar_per_day: optionalField(integerField(0, mostBots)),
    max_automatic_bots_at_once: optionalField(integerField(0, mostBots)),
    one_bot_per_room: optionalField(booleanField()),
  });

/** The bot settings of a project in answers, without secrets. */
export const botSettingsOut = z.object({
  runner: z.enum(runnerKinds),
  attendee_base_url: z.string().nullable(),
  attendee_webhook_path: z.string(),
  follows_attendee: z.boolean(),
  restore_bots_on_reconnect: z.boolean(),
  meeting_hosts: z.array(z.string()),
  max_automatic_bots_per_calendar_per_day: z.int(),
  max_automatic_bots_at_once: z.int(),
  one_bot_per_room: z.boolean(),
});

export const showBotSettings = (projectId: string, settings: BotSettings): z.output<typeof botSettingsOut> => ({
  runner: settings.runner,
  attendee_base_url: settings.attendee?.base_url ?? null,
  attendee_webhook_path: `/push/attendee/${projectId}`,
  follows_attendee: settings.attendee?.webhook_secret != null,
  restore_bots_on_reconnect: settings.restore_bots_on_reconnect,
  meeting_hosts: settings.meeting_hosts,
  max_automatic_bots_per_calendar_per_day: settings.max_automatic_bots_per_calendar_per_day,
  max_automatic_bots_at_once: settings.max_automatic_bots_at_once,
  one_bot_per_room: settings.one_bot_per_room,
});
