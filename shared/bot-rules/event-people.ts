import * as z from 'zod';
import type { Attendee, EventContent } from '../events/calendar-event.ts';
import { isPublicMailDomain, isWithin, mailDomainOf } from './mail-domain.ts';

/** Who takes part in an event, as seen from the calendar it is in. null: cannot be told. */
export interface EventPeople {
  /** Different people, the organizer among them, rooms not; a lower bound when the list is partial. */
  count: number;
  /** Are there people whom this calendar does not see? */
  isPartial: boolean;
  hasExternal: boolean | null;
  organizedBySelf: boolean | null;
  organizerIsInternal: boolean | null;
  hasAccepted: boolean | null;
}

const flag = z.boolean().nullish().catch(null);
const address = z.string().nullish().catch(null);
const googlePerson = z.looseObject({ email: address, self: flag, resource: flag });
const microsoftPerson = z.looseObject({
  type: address,
  emailAddress: z.looseObject({ address }).nullish().catch(null),
});
const list = <Item extends z.ZodType>(item: Item) => z.array(item).nullish().catch(null);

/**
 * What only the provider's own event says (docs/providers.md): Google marks the calendar's owner by `self` and rooms by
 * `resource`, Microsoft says `isOrganizer` and marks rooms by `type`. A field of another type counts as absent.
 */
const googleSchema = z.looseObject({
  organizer: googlePerson.nullish().catch(null),
  attendees: list(googlePerson),
  attendeesOmitted: flag,
  guestsCanSeeOtherGuests: flag,
});
const microsoftSchema = z.looseObject({ isOrganizer: flag, attendees: list(microsoftPerson), hideAttendees: flag });

interface ProviderTraits {
  organizedBySelf: boolean | null;
  owner: string | null;
  rooms: string[];
  isPartial: boolean;
}

/** Addresses of calendars and rooms, behind which there is no person. */
const isCalendarAddress = (email: string): boolean =>
  /@(?:group|resource|import)(?:\.v)?\.calendar\.google\.com$/i.test(email.trim());

const readGoogle = (event: EventContent): ProviderTraits => {
  const { organizer, attendees, attendeesOmitted, guestsCanSeeOtherGuests } = googleSchema.parse(event.raw);
  const organizedBySelf = organizer ? organizer.self === true : null;
  const owner = attendees?.find(({ self }) => self)?.email ?? (organizedBySelf ? organizer?.email : null) ?? null;
  return {
    organizedBySelf,
    owner,
    rooms: (attendees ?? []).flatMap(({ email, resource }) => (resource && email ? [email] : [])),
    isPartial: attendeesOmitted === true || (guestsCanSeeOtherGuests === false && organizedBySelf !== true),
  };
};

const readMicrosoft = (event: EventContent): ProviderTraits => {
  const { isOrganizer = null, attendees, hideAttendees } = microsoftSchema.parse(event.raw);
  return {
    organizedBySelf: isOrganizer,
    owner: isOrganizer ? (event.organizer?.email ?? null) : null,
    rooms: (attendees ?? []).flatMap(({ type, emailAddress }) =>
      type === 'resource' && emailAddress?.address ? [emailAddress.address] : [],
    ),
    isPartial: hideAttendees === true && isOrganizer !== true,
  };
};

/**
 * The people of an event.
 *
 * Internal is who has an address at `internalDomains`; without those, at the domain of the calendar's owner: of the
 * attendee that is the owner, else of an organizer that is, else of a calendar id that is an address. An owner at a
 * public mail service has no colleagues there. When nobody knows the owner, who is external cannot be told.
 */
export function readEventPeople(
  event: EventContent,
  calendar: { platform: 'google' | 'microsoft'; platform_uuid: string | null },
  internalDomains: readonly string[],
): EventPeople {
  const notifications = calendar.platform === 'google' ? readGoogle(event) : readMicrosoft(event);
  const fold = (email: string): string => email.trim().toLowerCase();
  const rooms = new Set(notifications.rooms.map(fold));
  const isPerson = ({ email }: Attendee): boolean =>
    email === null || !(rooms.has(fold(email)) || isCalendarAddress(email));

  const everyone = [...event.attendees, ...(event.organizer ? [event.organizer] : [])].filter(isPerson);
  const addresses = new Set(everyone.flatMap(({ email }) => (email === null ? [] : fold(email))));
  const nameless = event.attendees.filter(({ email }) => email === null).length;
  const owner = [notifications.owner, calendar.platform === 'google' ? calendar.platform_uuid : null].find(
    (email) => typeof email === 'string' && mailDomainOf(email) !== null && !isCalendarAddress(email),
  );
  const isInternal = createInternalTest(owner ? fold(owner) : null, internalDomains);
  const judged = new Set([...addresses].map(isInternal));
  const organizer = event.organizer?.email;
  const isUncertain = notifications.isPartial || nameless > 0 || judged.has(null);
  return {
    count: addresses.size + nameless,
    isPartial: notifications.isPartial,
    hasExternal: judged.has(false) ? true : isUncertain ? null : false,
    organizedBySelf: notifications.organizedBySelf,
    organizerIsInternal:
      notifications.organizedBySelf ||
      (organizer && !isCalendarAddress(organizer) ? isInternal(fold(organizer)) : null),
    hasAccepted: readAcceptance(event, notifications.organizedBySelf),
  };
}

/** @returns whether the address is internal; null when that cannot be told */
function createInternalTest(owner: string | null, internalDomains: readonly string[]) {
  const ownDomain = owner === null ? null : mailDomainOf(owner);
  return (email: string): boolean | null => {
    if (email === owner) return true;
    const domain = mailDomainOf(email);
    if (domain === null) return null;
    if (internalDomains.length > 0) return isWithin(domain, internalDomains);
    if (ownDomain === null) return null;
    return !isPublicMailDomain(ownDomain) && isWithin(domain, [ownDomain]);
  };
}

/** Who organizes an event and is not on its list has not been asked: that is a yes. */
const readAcceptance = ({ response_status }: EventContent, organizedBySelf: boolean | null): boolean | null =>
  response_status === null ? organizedBySelf || null : response_status === 'accepted';
