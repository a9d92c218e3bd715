import type { Timestamp } from '../platform/timestamp.ts';

/** States of a bot, in the words of the reference (docs/api-compatibility.md#bots); after `staged` they are its runner's. */
export const botStates = [
  'scheduled',
  'staged',
  'ready',
  'joining',
  'waiting_room',
  'joined_not_recording',
  'joined_recording',
  'joined_recording_paused',
  'leaving',
  'post_processing',
  'ended',
  'fatal_error',
  'data_deleted',
] as const;
export type BotState = (typeof botStates)[number];

/** After these nothing more happens to a bot, and its deduplication key is free (docs/api-compatibility.md#bots). */
const terminalStates: ReadonlySet<string> = new Set<BotState>(['ended', 'fatal_error', 'data_deleted']);

export const runnerKinds = ['eventbridge', 'webhook', 'attendee'] as const;
export type RunnerKind = (typeof runnerKinds)[number];

/** Why a bot was removed before its meeting: `event_sub_type` of what is announced. */
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
export interface BotEvent {
  type: string;
  sub_type?: string | undefined;
  created_at: Timestamp;
}

/**
 * What a runner was, or is to be, told: one hand-off for good per bot, and a revision for every correction of it. Where
 * and when are the bot's own `meeting_url` and `join_at`.
 */
export interface HandOff {
  id: string;
  runner: RunnerKind;
  /** When the bot was handed off first. */
  at: Timestamp;
  revision: number;
  /** The last revision the runner took; 0: none yet. */
  told: number;
  /** The bot is not to join after all. */
  withdrawn: boolean;
  /** Of the running attempt to tell: whose it is, and until when nobody else tries. */
  claim?: { token: string; until: Timestamp } | undefined;
  /** After a failed attempt: how many in a row, and when the next one is due. */
  failures?: { count: number; code: string; retry_at: Timestamp } | undefined;
  /** The bot's id at the runner, where it has one. */
  remote_id?: string | undefined;
}

/** A bot that is to join a meeting (docs/api-compatibility.md#bots), and what we keep of it beside. */
export interface Bot {
  id: string;
  project_id: string;
  /** Of the event it follows; both null for a bot that was given a link and a time of its own. */
  calendar_id: string | null;
  calendar_event_id: string | null;
  bot_name: string;
  meeting_url: string;
  /** When it is to be in the meeting: the event's start, or what its user said. */
  join_at: Timestamp;
  metadata: Record<string, string> | null;
  deduplication_key: string | null;
  state: BotState;
  /** Oldest first. */
  events: BotEvent[];
  transcription_state: string;
  recording_state: string;
  created_at: Timestamp;
  /** Grows with every write; a write that expects another version lost a race and is decided anew. */
  version: number;
  /** Of a bot that rules made: by which rule, and the name that gave it, which its user may have changed since. */
  automatic?: { rule: { index: number; name: string | null } | null; bot_name: string } | undefined;
  /**
   * The meeting (`meetingKeyOf`) whose one bot it is, or was when it was decided last: its claim names this bot. Bots
   * that somebody asked for have one, too, where rules want a bot and are content with this one.
   */
  meeting_key?: string | undefined;
  hand_off?: HandOff | undefined;
  /** Gone for its users; the row stays until the runner knows, or for a reconnect that brings the bot back. */
  removed?: { at: Timestamp; reason: RemovalReason; parked: boolean } | undefined;
  /** When the bot wants to be looked at. */
  due_at?: Timestamp | undefined;
  /** Seconds since the epoch after which the row is not kept; absent while anything may still happen. */
  expires_at?: number | undefined;
}

export const isTerminalState = (state: string): boolean => terminalStates.has(state);
export const isTerminal = ({ state }: Pick<Bot, 'state'>): boolean => isTerminalState(state);

/** Is it before the meeting, so that it follows its event? */
export const isFollowing = ({ state, removed }: Pick<Bot, 'state' | 'removed'>): boolean =>
  !removed && (state === 'scheduled' || state === 'staged');

/** Does the bot hold its deduplication key? Nobody else may have it meanwhile. */
export const holdsKey = (bot: Bot): boolean => bot.deduplication_key !== null && !bot.removed && !isTerminal(bot);
