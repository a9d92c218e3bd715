import type { Attendee } from '../calendar-event.ts';
import type { Guest } from './event-details.ts';

/** A guest in the provider's event. */
export interface ProviderGuest extends Guest {
  email: string | null;
  name: string | null;
}

/** Of whom nothing is known but address and name. */
export const noGuest: Guest = {
  response_status: null,
  organizer: false,
  optional: false,
  resource: false,
  self: false,
};

/**
 * What is known of each attendee, in their order. The provider's event may have fewer of them, where it was cut: of the
 * others only address and name are known.
 */
export function matchGuests(attendees: readonly Attendee[], guests: readonly ProviderGuest[]): Guest[] {
  const known = new Map<string, ProviderGuest>();
  for (const guest of guests) {
    const key = keyOf(guest);
    if (!known.has(key)) known.set(key, guest);
  }
  return attendees.map((attendee, index) => {
    const beside = guests[index];
    const isSame = beside !== undefined && keyOf(beside) === keyOf(attendee);
    const {
      email: _email,
      name: _name,
      ...guest
    } = (isSame ? beside : known.get(keyOf(attendee))) ?? {
      email: null,
      name: null,
      ...noGuest,
    };
    return attendee.self ? { ...guest, self: true } : guest;
  });
}

const keyOf = ({ email, name }: Pick<ProviderGuest, 'email' | 'name'>): string =>
  email === null || email === '' ? `name:${name ?? ''}` : addressKey(email);

/** Addresses are compared without regard to case. */
const addressKey = (email: string): string => email.trim().toLowerCase();

export const isSameAddress = (one: string | null | undefined, other: string | null | undefined): boolean =>
  Boolean(one) && Boolean(other) && addressKey(one ?? '') === addressKey(other ?? '');
