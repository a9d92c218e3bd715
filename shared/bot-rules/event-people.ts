import * as z from 'zod';
import type { Platform } from '../calendars/calendar.ts';
import type { Attendee, EventContent } from '../events/calendar-event.ts';
import { listOf } from '../platform/list-of.ts';
import { isPublicMailDomain, isWithin, mailDomainOf } from './mail-domain.ts';

/** The participants of an event, as its calendar sees them. null: unknown. */
export interface EventPeople {
  /** Number of people with the organizer, without rooms; at least so many when the list is partial. */
  count: number;
  /** May there be people whom this calendar does not see? */
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

/**
 * Fields of the provider's own event (docs/providers.md). Google marks the calendar's owner with `self` and rooms with
 * `resource`; Microsoft has `isOrganizer` and marks rooms with `type`. A field of another type counts as absent.
 */
const googleSchema = z.looseObject({
  organizer: googlePerson.nullish().catch(null),
  attendees: listOf(googlePerson),
  guestsCanSeeOtherGuests: flag,
});
const microsoftSchema = z.looseObject({ isOrganizer: flag, attendees: listOf(microsoftPerson), hideAttendees: flag });

/** What the provider's own event adds to the common fields. */
interface ProviderTraits {
  organizedBySelf: boolean | null;
  owner: string | null;
  rooms: string[];
  isPartial: boolean;
}

/** Is this the address of a calendar or room, not of a person? */
const isCalendarAddress = (email: string): boolean =>
  /@(?:group|resource|import)(?:\.v)?\.calendar\.google\.com$/i.test(email.trim());

const readGoogle = (event: EventContent): ProviderTraits => {
  const { organizer, attendees, guestsCanSeeOtherGuests } = googleSchema.parse(event.raw);
  const organizedBySelf = organizer ? organizer.self === true : null;
  const owner = attendees?.find(({ self }) => self)?.email ?? (organizedBySelf ? organizer?.email : null) ?? null;
  return {
    organizedBySelf,
    owner,
    rooms: (attendees ?? []).flatMap(({ email, resource }) => (resource && email ? [email] : [])),
    isPartial: event.attendees_omitted || (guestsCanSeeOtherGuests === false && organizedBySelf !== true),
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
    isPartial: event.attendees_omitted || (hideAttendees === true && isOrganizer !== true),
  };
};

/** How the events of each platform are read. `hasOwnerAddress`: the id of a calendar may be its owner's address. */
const platformTraits: Record<Platform, { read: (event: EventContent) => ProviderTraits; hasOwnerAddress: boolean }> = {
  google: { read: readGoogle, hasOwnerAddress: true },
  microsoft: { read: readMicrosoft, hasOwnerAddress: false },
};

/**
 * The people of an event.
 *
 * A person is internal whose address is at one of `internalDomains`. Without those, the domain of the calendar's owner
 * decides. The owner's address is that of the attendee marked as owner, else of the organizer marked as owner, else the
 * calendar id if it is an address. At a public mail service only the owner is internal. If the owner is unknown, it is
 * unknown who is external.
 */
export function readEventPeople(
  event: EventContent,
  calendar: { platform: Platform; platform_uuid: string | null },
  internalDomains: readonly string[],
): EventPeople {
  const { read, hasOwnerAddress } = platformTraits[calendar.platform];
  const traits = read(event);
  const fold = (email: string): string => email.trim().toLowerCase();
  const rooms = new Set(traits.rooms.map(fold));
  const isPerson = ({ email }: Attendee): boolean =>
    email === null || !(rooms.has(fold(email)) || isCalendarAddress(email));

  const everyone = [...event.attendees, ...(event.organizer ? [event.organizer] : [])].filter(isPerson);
  const addresses = new Set(everyone.flatMap(({ email }) => (email === null ? [] : fold(email))));
  const nameless = event.attendees.filter(({ email }) => email === null).length;
  const owner = [traits.owner, hasOwnerAddress ? calendar.platform_uuid : null].find(
    (email) => typeof email === 'string' && mailDomainOf(email) !== null && !isCalendarAddress(email),
  );
  const isInternal = createInternalTest(owner ? fold(owner) : null, internalDomains);
  const internality = new Set([...addresses].map(isInternal));
  const organizer = event.organizer?.email;
  const isUncertain = traits.isPartial || nameless > 0 || internality.has(null);
  return {
    count: addresses.size + nameless,
    isPartial: traits.isPartial,
    hasExternal: internality.has(false) ? true : isUncertain ? null : false,
    organizedBySelf: traits.organizedBySelf,
    organizerIsInternal:
      traits.organizedBySelf || (organizer && !isCalendarAddress(organizer) ? isInternal(fold(organizer)) : null),
    hasAccepted: readAcceptance(event, traits.organizedBySelf),
  };
}

/** @returns a test of an address: is it internal? null: unknown */
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

/** An organizer who is not among the attendees was not asked; that counts as accepted. */
const readAcceptance = ({ response_status }: EventContent, organizedBySelf: boolean | null): boolean | null =>
  response_status === null ? organizedBySelf || null : response_status === 'accepted';
