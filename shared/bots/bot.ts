import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { jsonText, storedTimestamp } from '../store/stored-values.ts';

/** States of a bot (docs/api-compatibility.md#bots). Those after `staged` are reported by its runner. */
export const botStates = [
  'scheduled',
  'staged',
  'ready',
  'joining',
  'waiting_room',
  'joined_not_recording',
  'joined_recording',
  'joined_recording_paused',
  'joined_recording_permission_denied',
  'joining_breakout_room',
  'leaving_breakout_room',
  'leaving',
  'post_processing',
  'ended',
  'fatal_error',
  'data_deleted',
] as const;
export type BotState = (typeof botStates)[number];

/** States before a bot is in its meeting: until then it can be deleted. */
const statesBeforeMeeting: ReadonlySet<string> = new Set<BotState>([
  'scheduled',
  'staged',
  'ready',
  'joining',
  'waiting_room',
]);

/** States in which nothing more happens to a bot, and its deduplication key is free (docs/api-compatibility.md#bots). */
const terminalStates: ReadonlySet<string> = new Set<BotState>(['ended', 'fatal_error', 'data_deleted']);

export const runnerKinds = ['eventbridge', 'webhook', 'attendee'] as const;
export type RunnerKind = (typeof runnerKinds)[number];

/** Why a bot was removed before its meeting: `event_sub_type` of its `bot.state_change`. */
const removalReasons = [
  'event_deleted',
  'meeting_url_removed',
  'event_in_past',
  'calendar_disconnected',
  'calendar_deleted',
  'deleted_by_user',
  'not_wanted_by_rules',
] as const;
export type RemovalReason = (typeof removalReasons)[number];

/** Something that happened to a bot, as the API lists it. */
const botEventSchema = z.object({
  type: z.string(),
  sub_type: z.string().optional(),
  created_at: storedTimestamp,
  /** The time that a runner has reported, where that is later than the report. */
  reported_at: storedTimestamp.optional(),
});
export type BotEvent = z.output<typeof botEventSchema>;

/**
 * The order to a runner to bring a bot into its meeting. A bot has one hand-off at a time, and each correction is a new
 * revision of it. A bot that is scheduled again gets another one at its new time. Link and time are the bot's own `meeting_url` and `join_at`.
 */
const handOffSchema = z.object({
  id: z.string(),
  runner: z.enum(runnerKinds),
  /** When the bot was handed off first. */
  at: storedTimestamp,
  revision: z.number(),
  /** The last revision the runner has accepted; 0: none yet. */
  delivered_revision: z.number(),
  /** The bot must not join after all. */
  withdrawn: z.boolean(),
  /** Held by the worker that dispatches now: until then no other worker does. */
  lease: z.object({ token: z.string(), until: storedTimestamp }).optional(),
  /** After a failed attempt: how many failed in a row, and when the next one is due. */
  failures: z.object({ count: z.number(), code: z.string(), retry_at: storedTimestamp }).optional(),
  /** The bot's id at the runner, where it has one. */
  remote_id: z.string().optional(),
});
export type HandOff = z.output<typeof handOffSchema>;

/** Does the runner not have the latest revision yet? */
export const isUndelivered = ({ delivered_revision, revision }: HandOff): boolean => delivered_revision < revision;

/** A bot that joins a meeting (docs/api-compatibility.md#bots), as its row holds it. */
export const botSchema = z.object({
  id: idOf('bot'),
  project_id: z.string(),
  /** Calendar and event that the bot follows; both null for a bot that was created with a link and a time. */
  calendar_id: z.string().nullable(),
  calendar_event_id: z.string().nullable(),
  bot_name: z.string(),
  meeting_url: z.string(),
  /** When the bot must be in the meeting: the event's start, or what its user said. */
  join_at: storedTimestamp,
  metadata: jsonText(z.record(z.string(), z.string())).nullable(),
  /** What a runner needs beside link and time: further fields of the request, which only runners understand. */
  settings: jsonText(z.record(z.string(), z.unknown())).optional(),
  deduplication_key: z.string().nullable(),
  state: z.enum(botStates),
  /** Oldest first. */
  events: jsonText(z.array(botEventSchema)),
  transcription_state: z.string(),
  recording_state: z.string(),
  created_at: storedTimestamp,
  /** Grows with every write. A write that expects another version has lost a race. */
  version: z.number(),
  /** Of a bot that rules created: by which rule, and the name the rule gave it. Its user may have changed the name since. */
  automatic: jsonText(
    z.object({ rule: z.object({ index: z.number(), name: z.string().nullable() }).nullable(), bot_name: z.string() }),
  ).optional(),
  /**
   * The meetings whose claims name this bot (`meeting-claim.ts`), or named it before it moved: the keys of one meeting. A
   * bot for a link may serve several meetings. A bot that a user created has them, too, where it keeps rules from adding one.
   */
  meeting_keys: jsonText(z.array(z.string())).optional(),
  hand_off: jsonText(handOffSchema).optional(),
  /**
   * The API shows a removed bot no more. Its row stays until the runner has accepted the withdrawal or, if parked, until
   * a reconnect restores the bot.
   */
  removed: jsonText(z.object({ at: storedTimestamp, reason: z.enum(removalReasons), parked: z.boolean() })).optional(),
  /** The bot's timer (`bot-times.ts`), set by the store with every write. */
  due_at: storedTimestamp.optional(),
  /** Seconds since the epoch after which the row is deleted; absent while anything may still happen to the bot. */
  expires_at: z.number().optional(),
});
export type Bot = z.output<typeof botSchema>;

export const isTerminalState = (state: string): boolean => terminalStates.has(state);
export const isTerminal = ({ state }: Pick<Bot, 'state'>): boolean => isTerminalState(state);

/** Has the bot not joined its meeting yet? */
export const isBeforeMeeting = ({ state }: Pick<Bot, 'state'>): boolean => statesBeforeMeeting.has(state);

/** Has no runner taken the bot over yet, so that it follows its event? */
export const isFollowing = ({ state, removed }: Pick<Bot, 'state' | 'removed'>): boolean =>
  !removed && (state === 'scheduled' || state === 'staged');

/** Who runs the bot, and its id there; null when it is not handed off. */
export const runnerOf = ({
  hand_off: handOff,
}: Pick<Bot, 'hand_off'>): { name: RunnerKind; bot_id: string | null } | null =>
  handOff && !handOff.withdrawn ? { name: handOff.runner, bot_id: handOff.remote_id ?? null } : null;

/** Does the bot hold its deduplication key? No other bot can have the key meanwhile. */
export const holdsKey = (bot: Bot): boolean => bot.deduplication_key !== null && !bot.removed && !isTerminal(bot);
