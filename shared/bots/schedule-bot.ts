import type { BotId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { Bot } from './bot.ts';
import type { RunnerSettings } from './runner-settings.ts';

/** Where and when a bot joins: the meeting of an event that it follows, or a link and a time. */
export type BotMeeting =
  | { calendar_id: string; calendar_event_id: string; meeting_url: string; join_at: Timestamp }
  | { calendar_id: null; calendar_event_id: null; meeting_url: string; join_at: Timestamp };

export interface BotRequest {
  bot_name: string;
  metadata?: Record<string, string> | undefined;
  deduplication_key?: string | undefined;
  /** Of the runner. */
  settings?: RunnerSettings | undefined;
}

/**
 * A new bot, to be stored by `insertBot`.
 *
 * @param at when it is created
 */
export const scheduleBot = (
  { id, projectId, at }: { id: BotId; projectId: string; at: Timestamp },
  meeting: BotMeeting,
  { bot_name, metadata, deduplication_key, settings }: BotRequest,
): Bot => ({
  id,
  project_id: projectId,
  ...meeting,
  bot_name,
  metadata: metadata ?? null,
  ...(settings && Object.keys(settings).length > 0 && { settings }),
  deduplication_key: deduplication_key ?? null,
  state: 'scheduled',
  events: [],
  transcription_state: 'not_started',
  recording_state: 'not_started',
  created_at: at,
  version: 0,
});
