import { createHash } from 'node:crypto';
import { meetingJoinKey } from '../meeting-links/meeting-join-key.ts';
import { splitMeetingKey } from '../meeting-links/meeting-key.ts';
import { defineRow, type RowKey } from '../store/row.ts';
import type { Bot } from './bot.ts';
import { type Meeting, meetingClaimSchema } from './meeting-claim.ts';

export const claimRow = defineRow('meeting claim', 1, meetingClaimSchema);

/**
 * Holds the claims of a place – the room of a link, or an iCalendar UID – by their start, and the bots that were created
 * for a link by the time at which they join. So one query finds all that may be the same meeting. The hash, because a key
 * attribute has a limit and a place has none.
 */
export const placePartition = (projectId: string, place: string): string =>
  `CLAIM#${projectId}#${createHash('sha256').update(place).digest('hex')}`;

const claimSuffix = '#CLAIM';

export function claimKey({ projectId, meetingKey }: Meeting): RowKey {
  const { place, start } = splitMeetingKey(meetingKey);
  return { PK: placePartition(projectId, place), SK: `${start}${claimSuffix}` };
}

/** Start of the meeting whose claim has this sort key; null for the entry of a bot. */
export const startOfClaim = (sortKey: string): string | null =>
  sortKey.endsWith(claimSuffix) ? sortKey.slice(0, -claimSuffix.length) : null;

/** The entry of a bot that was created for a link. */
export const linkBotKey = (bot: Pick<Bot, 'id' | 'project_id' | 'meeting_url' | 'join_at'>): RowKey => ({
  PK: placePartition(bot.project_id, meetingJoinKey(bot.meeting_url)),
  SK: `${bot.join_at}#${bot.id}`,
});
/** Its id, and the time at which it joins. */
export function readLinkBotKey(sortKey: string): { id: string; joinAt: string } {
  const [joinAt = '', id = ''] = sortKey.split('#');
  return { id, joinAt };
}
