import type { Timestamp } from '../platform/timestamp.ts';
import type { Bot, RemovalReason } from './bot.ts';
import { isFollowing } from './bot.ts';

/** What of an event a bot goes by. */
export interface FollowedEvent {
  is_deleted: boolean;
  start_time: Timestamp;
  meeting_url: string | null;
}

export type FollowDecision =
  | { kind: 'keep' }
  | { kind: 'move'; join_at: Timestamp; meeting_url: string }
  | { kind: 'remove'; reason: RemovalReason };

/**
 * What becomes of a bot whose event is now like this (docs/api-compatibility.md#bots). Only another time is a move into the past: an event
 * that has merely begun keeps its bot, which is late then, and a link that is mended after the start still counts.
 *
 * @param event null when its row is gone
 */
export function followEvent(
  bot: Pick<Bot, 'state' | 'removed' | 'join_at' | 'meeting_url'>,
  event: FollowedEvent | null,
  now: Timestamp,
): FollowDecision {
  if (!isFollowing(bot)) return { kind: 'keep' };
  if (!event || event.is_deleted) return { kind: 'remove', reason: 'event_deleted' };
  const { start_time: join_at, meeting_url } = event;
  if (meeting_url === null) return { kind: 'remove', reason: 'meeting_url_removed' };
  if (join_at === bot.join_at && meeting_url === bot.meeting_url) return { kind: 'keep' };
  if (join_at !== bot.join_at && join_at < now) return { kind: 'remove', reason: 'event_in_past' };
  return { kind: 'move', join_at, meeting_url };
}
