import * as z from 'zod';
import { sealedText } from '../platform/sealed.ts';
import { runnerKinds } from './bot.ts';

/** An Attendee-compatible server; its secrets are sealed. */
const attendeeServerSchema = z.object({
  /** Without a trailing slash. */
  base_url: z.string(),
  api_key: sealedText,
  /** Verifies the server's webhooks; without it they are ignored. */
  webhook_secret: sealedText.nullable(),
});
export type AttendeeServer = z.output<typeof attendeeServerSchema>;

/** How a project's bots are run. */
export const botSettingsSchema = z.object({
  runner: z.enum(runnerKinds),
  attendee: attendeeServerSchema.nullable(),
  /** Are bots that a disconnect removed restored when the calendar is connected again? */
  restore_bots_on_reconnect: z.boolean(),
  /** Hosts whose every link is a meeting. */
  meeting_hosts: z.array(z.string()),
  /** How many bots rules may give to a calendar on a day (UTC), and in meetings at one time. */
  max_automatic_bots_per_calendar_per_day: z.number().default(50),
  max_automatic_bots_at_once: z.number().default(5),
  /** Do rules give only one bot at a time to a room where meetings overlap? */
  one_bot_per_room: z.boolean().default(true),
});
export type BotSettings = z.output<typeof botSettingsSchema>;

export const defaultBotSettings: BotSettings = {
  runner: 'eventbridge',
  attendee: null,
  restore_bots_on_reconnect: false,
  meeting_hosts: [],
  max_automatic_bots_per_calendar_per_day: 50,
  max_automatic_bots_at_once: 5,
  one_bot_per_room: true,
};
