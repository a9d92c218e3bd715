import type { RunnerKind } from './bot.ts';

/** How a project's bots are run. */
export interface BotSettings {
  runner: RunnerKind;
  /** An Attendee-compatible server; its secrets are sealed. */
  attendee: AttendeeServer | null;
  /** Do bots that a disconnect removed come back when the calendar is connected again? */
  restore_bots_on_reconnect: boolean;
}

export interface AttendeeServer {
  /** Without a trailing slash. */
  base_url: string;
  api_key: string;
  /** Without one, what the server says of its bots is not believed. */
  webhook_secret: string | null;
}

export const defaultBotSettings: BotSettings = {
  runner: 'eventbridge',
  attendee: null,
  restore_bots_on_reconnect: false,
};
