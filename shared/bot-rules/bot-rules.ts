import * as z from 'zod';
import { busyKinds, eventTypes, visibilities } from '../events/event-traits.ts';
import { meetingPlatforms } from '../meeting-links/meeting-platforms.ts';
import { jsonText, storedTimestamp } from '../store/stored-values.ts';

export const ruleActions = ['join', 'skip'] as const;
export type RuleAction = (typeof ruleActions)[number];

/**
 * Who organizes an event. `self`: the calendar's owner; `other`: another person; `internal`: a person of the owner's
 * organization, the owner included; `external`: a person outside of it.
 */
export const organizerKinds = ['self', 'other', 'internal', 'external'] as const;
export type OrganizerKind = (typeof organizerKinds)[number];

/** The conditions of a rule (docs/bot-rules.md). An event must fulfil all of them; a missing one excludes no event. */
const conditionsSchema = z.object({
  platforms: z.array(z.enum(meetingPlatforms)).optional(),
  has_external_attendees: z.boolean().optional(),
  organizer: z.enum(organizerKinds).optional(),
  /** Has the calendar's owner accepted? */
  accepted: z.boolean().optional(),
  minimum_attendees: z.number().optional(),
  /** The title must contain one of these patterns. */
  title_matches: z.array(z.string()).optional(),
  /** The title must contain none of these patterns. */
  title_excludes: z.array(z.string()).optional(),
  /** Ids or deduplication keys. */
  calendars: z.array(z.string()).optional(),
  event_type: z.array(z.enum(eventTypes)).optional(),
  visibility: z.array(z.enum(visibilities)).optional(),
  busy: z.array(z.enum(busyKinds)).optional(),
  /** Must an invitation from outside have been answered? By default for `join`. */
  needs_answer: z.boolean().optional(),
});
export type RuleConditions = z.output<typeof conditionsSchema>;
export const conditionNames = conditionsSchema.keyof().options as [keyof RuleConditions, ...(keyof RuleConditions)[]];

const ruleSchema = conditionsSchema.extend({
  name: z.string().optional(),
  action: z.enum(ruleActions),
  /** The name of the bot, for `join`. */
  bot_name: z.string().optional(),
});
export type BotRule = z.output<typeof ruleSchema>;

/** A project's rules: evaluated in order, the first that matches decides. */
export const botRulesSchema = z.object({
  rules: jsonText(z.array(ruleSchema)),
  /**
   * Mail domains of the organization, in lower case, their subdomains included. Without any, the organization is derived
   * from the calendar's owner (`event-people.ts`).
   */
  internal_domains: z.array(z.string()),
  /** null: the project never had any. */
  updated_at: storedTimestamp.nullable(),
});
export type BotRules = z.output<typeof botRulesSchema>;

export const noRules: BotRules = { rules: [], internal_domains: [], updated_at: null };

/** Name of a bot whose rule gives it none. */
export const defaultBotName = 'Notetaker';

/** Limits of a project's rules. All rules are read with every decision, so together they stay far below a row's 400 KB. */
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
