import type { Timestamp } from '../platform/timestamp.ts';
import { meetingJoinKey } from './meeting-join-key.ts';

/**
 * Identifies a meeting at one time: `platform:meeting id@start`. Two events or bots have the same key exactly when they
 * are for the same meeting at the same time, whatever the spelling of the link, the calendar or its provider.
 */
export const meetingKey = (url: string, startTime: Timestamp): string => `${meetingJoinKey(url)}@${startTime}`;

/** The meeting key of an event; null without a link. */
export const meetingKeyOfEvent = ({
  meeting_url: url,
  start_time: startTime,
}: {
  meeting_url: string | null;
  start_time: Timestamp;
}): string | null => (url === null ? null : meetingKey(url, startTime));
