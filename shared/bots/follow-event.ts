import type { Timestamp } from '../platform/timestamp.ts';
import type { Bot, RemovalReason } from './bot.ts';
import { isFollowing } from './bot.ts';

/** The fields of an event that its bots follow. */
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
 * Decides what a change of its event means for a bot (docs/api-compatibility.md#bots). Only another start time moves a
 * bot into the past: an event that has begun keeps its bot, which is late then, and a link that is corrected after the
 * start still counts.
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
