import type { Bot } from '../bots/bot.ts';
import type { EventContent } from '../events/calendar-event.ts';
import { meetingJoinKey } from './meeting-join-key.ts';

/**
 * What two events have in common exactly when they are the same meeting at the same time: `platform:meeting id@start`,
 * whatever the spelling of the link, the calendar or its provider. null without a link.
 */
export const meetingKeyOf = ({ meeting_url, start_time }: Pick<EventContent, 'meeting_url' | 'start_time'>) =>
  meeting_url === null ? null : `${meetingJoinKey(meeting_url)}@${start_time}`;

/** The meeting a bot is bound for now, whether it is the meeting's one bot or not. */
export const meetingKeyOfBot = ({ meeting_url, join_at }: Pick<Bot, 'meeting_url' | 'join_at'>): string =>
  `${meetingJoinKey(meeting_url)}@${join_at}`;
