import { isUidKey, meetingKey, splitMeetingKey } from '../meeting-links/meeting-key.ts';
import { type Bot, isFollowing, isTerminal } from './bot.ts';

/**
 * Does the bot go, or did it go, to the meeting with this key? The claim that names a bot may be out of date: the bot has
 * moved with its event since, and then has keys of the former meeting. A bot for a link joins at any time of a meeting.
 */
export function goesTo(bot: Bot, key: string): boolean {
  if (bot.removed) return false;
  const isNamed = bot.meeting_keys?.includes(key) ?? false;
  if (bot.calendar_event_id === null) return isNamed && !isTerminal(bot);
  if (splitMeetingKey(key).start !== bot.join_at) return false;
  if (meetingKey(bot.meeting_url, bot.join_at) === key) return true;
  // A link may have changed since; the iCalendar UID of an event does not, nor what a bot does that has joined.
  return isNamed && (isUidKey(key) || !isFollowing(bot));
}
