import type { MeetingPlatform } from '../meeting-links/meeting-platforms.ts';
import type { Timestamp } from '../platform/timestamp.ts';

export const ruleActions = ['join', 'skip'] as const;
export type RuleAction = (typeof ruleActions)[number];

/**
 * Who organizes an event: the calendar's owner, anybody else, somebody of the owner's organization (the owner too), or
 * somebody outside of it.
 */
export const organizerKinds = ['self', 'other', 'internal', 'external'] as const;
export type OrganizerKind = (typeof organizerKinds)[number];

/** What an event must be for a rule to decide it; what is left out holds for every event. `docs/bot-rules.md`. */
export interface RuleConditions {
  platforms?: MeetingPlatform[] | undefined;
  has_external_attendees?: boolean | undefined;
  organizer?: OrganizerKind | undefined;
  /** Has the calendar's owner accepted? */
  accepted?: boolean | undefined;
  minimum_attendees?: number | undefined;
  /** One of these patterns must be in the title. */
  title_matches?: string[] | undefined;
  /** None of these may be. */
  title_excludes?: string[] | undefined;
  /** Ids or deduplication keys. */
  calendars?: string[] | undefined;
}

export interface BotRule extends RuleConditions {
  name?: string | undefined;
  action: RuleAction;
  /** Of the bot, for `join`. */
  bot_name?: string | undefined;
}

/** A project's rules: evaluated in order, the first that matches decides. */
export interface BotRules {
  rules: BotRule[];
  /** Lower case. Who has an address here, or below it, is of the organization; without any, see `event-people.ts`. */
  internal_domains: string[];
  /** null: the project never had any. */
  updated_at: Timestamp | null;
}

export const noRules: BotRules = { rules: [], internal_domains: [], updated_at: null };

/** Name of a bot whose rule has none. */
export const defaultBotName = 'Notetaker';

/** What rules may be: they are read with every decision, so all of them stay far below a row's 400 KB. */
export const ruleLimits = {
  rules: 100,
  bytes: 100_000,
  domains: 100,
  titles: 50,
  calendars: 100,
  attendees: 1000,
  title: 200,
  name: 255,
  calendar: 1024,
  domain: 253,
} as const;
