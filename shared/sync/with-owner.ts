import { addressOf, type Calendar } from '../calendars/calendar.ts';
import type { ProviderChange } from '../events/calendar-event.ts';
import { isSameAddress } from '../events/details/guests.ts';

/**
 * The changes, with the owner of the calendar marked among the guests. Google marks the owner itself, in `raw`.
 *
 * @param calendar whose owner is known since its first sync
 */
export function withOwner(
  changes: ProviderChange[],
  calendar: Pick<Calendar, 'platform' | 'platform_uuid' | 'account_email' | 'mailbox'>,
): ProviderChange[] {
  const email = addressOf(calendar).mailbox ?? calendar.account_email;
  if (calendar.platform === 'google' || !email) return changes;
  return changes.map((change) => {
    if (change.kind !== 'event' || !change.event.attendees.some((guest) => isSameAddress(guest.email, email)))
      return change;
    const attendees = change.event.attendees.map((guest) =>
      isSameAddress(guest.email, email) ? { ...guest, self: true as const } : guest,
    );
    return { ...change, event: { ...change.event, attendees } };
  });
}
