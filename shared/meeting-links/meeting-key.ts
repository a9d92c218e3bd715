import type { Timestamp } from '../platform/timestamp.ts';
import { calendarUid } from './calendar-uid.ts';
import { meetingJoinKey } from './meeting-join-key.ts';

/** No platform of links has this name. */
const uidPlace = 'ical';

/**
 * Identifies a meeting at one time by its link: `platform:meeting id@start`. Two events or bots have the same key exactly
 * when they are for the same meeting at the same time, whatever the spelling of the link, the calendar or its provider.
 */
export const meetingKey = (url: string, startTime: Timestamp): string => `${meetingJoinKey(url)}@${startTime}`;

/** The same by the iCalendar UID: copies of one invitation may have different links. */
const uidKey = (uid: string, startTime: Timestamp): string => `${uidPlace}:${calendarUid(uid)}@${startTime}`;

interface KeyedEvent {
  meeting_url: string | null;
  start_time: Timestamp;
  ical_uid: string | null;
}

/** All keys of an event, that of its link first; none without a link. Two events with a common key are one meeting. */
export const meetingKeysOf = ({ meeting_url: url, start_time: start, ical_uid: uid }: KeyedEvent): string[] =>
  url === null ? [] : [meetingKey(url, start), ...(uid ? [uidKey(uid, start)] : [])];

export const isUidKey = (key: string): boolean => key.startsWith(`${uidPlace}:`);

/** The parts of a key: what identifies the meeting at any time, and the time. */
export function splitMeetingKey(key: string): { place: string; start: string } {
  const at = key.lastIndexOf('@');
  return { place: key.slice(0, at), start: key.slice(at + 1) };
}
