import type { Timestamp } from '../platform/timestamp.ts';
import type { Bot } from './bot.ts';
import { botDueAt } from './bot-times.ts';

/** Where and when a bot is to go, and by whose word. */
export type BotMeeting =
  | { calendar_id: string; calendar_event_id: string; meeting_url: string; join_at: Timestamp }
  | { calendar_id: null; calendar_event_id: null; meeting_url: string; join_at: Timestamp };

export interface BotRequest {
  bot_name: string;
  metadata?: Record<string, string> | undefined;
  deduplication_key?: string | undefined;
}

/**
 * A new bot, not stored yet: `insertBot` stores one by itself, a sync's commit with an event.
 *
 * @param at when it is created @param leadMs how long before its time it is handed off
 */
export function scheduleBot(
  { id, projectId, at, leadMs }: { id: string; projectId: string; at: Timestamp; leadMs: number },
  meeting: BotMeeting,
  { bot_name, metadata, deduplication_key }: BotRequest,
): Bot {
  const bot: Bot = {
    id,
    project_id: projectId,
    ...meeting,
    bot_name,
    metadata: metadata ?? null,
    deduplication_key: deduplication_key ?? null,
    state: 'scheduled',
    events: [],
    transcription_state: 'not_started',
    recording_state: 'not_started',
    created_at: at,
    version: 0,
  };
  return { ...bot, due_at: botDueAt(bot, at, leadMs) };
}
