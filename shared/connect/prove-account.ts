import { addressOf, type Calendar } from '../calendars/calendar.ts';
import type { ExpectedAccount, ListedCalendar } from './connect-deps.ts';

/**
 * Is an account, whose id at the provider is not known, that of the user who has just signed in? Its address is compared with
 * that of the user's mailbox: the sync has read it there, too. An address in an id token proves nothing: Microsoft puts in
 * what an administrator of any tenant has written there, also an address of somebody else
 * (https://learn.microsoft.com/en-us/entra/identity-platform/migrate-off-email-claim-authorization).
 *
 * @param listed calendars of the user at the provider
 */
export const isOwner = (expected: ExpectedAccount, listed: readonly ListedCalendar[]): boolean => {
  const address = expected.account_email?.toLowerCase();
  if (address === undefined) return ownsCalendars(expected, listed);
  return listed.some((one) => one.is_primary && one.owner_address?.toLowerCase() === address);
};

/**
 * Are the calendars of an account whose user is not known those of the user who has just signed in? Each of them has to be
 * the user's own one. That the user can read a calendar proves nothing: others may share it.
 *
 * A calendar that is connected as the primary one, without an id, could be anyone's.
 *
 * @param listed calendars of the user at the provider
 */
export const ownsCalendars = (
  { calendars }: Pick<ExpectedAccount, 'calendars'>,
  listed: readonly ListedCalendar[],
): boolean => calendars.length > 0 && calendars.every((calendar) => listed.some((one) => isOwn(calendar, one)));

type Named = Pick<Calendar, 'platform' | 'platform_uuid' | 'mailbox'>;

/** An id of Microsoft is of one mailbox. An id of Google is the same for all who see the calendar. */
function isOwn(calendar: Named, { platform_uuid, mailbox, is_primary, access_role }: ListedCalendar): boolean {
  const address = addressOf(calendar);
  if (address.uuid !== platform_uuid || address.mailbox !== null || mailbox !== null) return false;
  // The primary calendar of another person has that person's address, even where it is shared with all rights.
  return (
    is_primary || (access_role === 'owner' && !(calendar.platform === 'google' && isAddressOfPerson(platform_uuid)))
  );
}

/** The id of a primary calendar is an address; ids of all others end so, or are none. */
const isAddressOfPerson = (id: string): boolean => id.includes('@') && !id.endsWith('calendar.google.com');
