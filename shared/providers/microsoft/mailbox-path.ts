import type { CalendarAddress } from '../../calendars/calendar.ts';

/** Path of a mailbox: the account's own, or one that the account may read as well. */
export const mailboxPath = (mailbox: string | null): string =>
  mailbox === null ? '/me' : `/users/${encodeURIComponent(mailbox)}`;

/**
 * Path of a calendar. A calendar of another mailbox is read by the path of that mailbox: `/me/calendars/{id}` answers for
 * its id with success and no events (https://learn.microsoft.com/en-us/graph/outlook-get-shared-events-calendars).
 */
export function calendarPath({ uuid, mailbox }: CalendarAddress): string {
  if (uuid !== null) return `${mailboxPath(mailbox)}/calendars/${encodeURIComponent(uuid)}`;
  return mailbox === null ? '/me' : `${mailboxPath(mailbox)}/calendar`;
}

/** The events of a calendar, as the resource of a subscription. Graph compares resources without the leading slash. */
export function eventsResource({ uuid, mailbox }: CalendarAddress): string {
  const owner = mailbox === null ? 'me' : `users/${mailbox}`;
  return uuid === null ? `${owner}/events` : `${owner}/calendars/${uuid}/events`;
}
