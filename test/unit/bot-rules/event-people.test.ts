import { describe, expect, it } from 'vitest';
import { readEventPeople } from '../../../shared/bot-rules/event-people.ts';
import type { CalendarEvent } from '../../../shared/events/calendar-event.ts';
import { createRuledCalendar, createRuledEvent, invite } from '../../support/bot-rule-fixtures.ts';

const google = createRuledCalendar();
const microsoft = createRuledCalendar({ platform: 'microsoft' });
const read = (given: Partial<CalendarEvent>, domains: string[] = [], calendar = google) =>
  readEventPeople(createRuledEvent(given), calendar, domains);

const owner = { email: 'Owner@Acme.com', self: true };
const colleague = { email: 'jane@acme.com' };
const stranger = { email: 'sam@other.org' };
const room = { email: 'c_188@resource.calendar.google.com', resource: true };

describe('an external attendee', () => {
  it.each([
    ['a colleague', [owner, colleague], false],
    ['a stranger', [owner, colleague, stranger], true],
    ['a room', [owner, room], false],
    ['a domain below the own one', [owner, { email: 'jane@eu.acme.com' }], false],
    ['a domain that ends alike', [owner, { email: 'jane@notacme.com' }], true],
    ['somebody else at a public mail service', [{ email: 'me@gmail.com', self: true }, { email: 'x@gmail.com' }], true],
    ['nobody but the owner of a public address', [{ email: 'me@gmail.com', self: true }], false],
    ['a stranger who organizes', [stranger, owner], true],
  ])('is decided by who they are: %s', (_, people, expected) => {
    expect(read(invite(...people)).hasExternal).toBe(expected);
  });

  it.each([
    ['colleagues of two domains', [owner, stranger], ['acme.com', 'other.org'], false],
    ['a domain below', [owner, { email: 'x@eu.other.org' }], ['acme.com', 'other.org'], false],
    ['the owner, whatever their own domain', [owner], ['other.org'], false],
    ['somebody of the domain that is not listed', [owner, colleague], ['other.org'], true],
  ])('is decided by the domains of the rules: %s', (_, people, domains, expected) => {
    expect(read(invite(...people), domains).hasExternal).toBe(expected);
  });

  it('is unknown when the owner is unknown, unless the rules name domains', () => {
    const people = [{ email: 'jane@acme.com' }, { email: 'joe@acme.com' }];
    expect(read(invite(...people)).hasExternal).toBeNull();
    expect(read(invite(...people), ['acme.com']).hasExternal).toBe(false);
    const calendar = createRuledCalendar({ platform_uuid: 'joe@acme.com' });
    expect(read(invite(...people), [], calendar).hasExternal).toBe(false);
    const shared = createRuledCalendar({ platform_uuid: 'x1@group.calendar.google.com' });
    expect(read(invite(...people), [], shared).hasExternal).toBeNull();
  });

  it('cannot be excluded when people are hidden or have no address', () => {
    const people = invite(colleague, owner);
    expect(read({ ...people, attendees_omitted: true }).hasExternal).toBeNull();
    expect(read({ ...people, raw: { ...people.raw, guestsCanSeeOtherGuests: false } }).hasExternal).toBeNull();
    const nameless = [...people.attendees, { email: null, name: 'Sam' }];
    expect(read({ ...people, attendees: nameless }).hasExternal).toBeNull();
    const exchange = invite(owner, { email: '/o=ExchangeLabs/ou=x/cn=sam' });
    expect(read(exchange).hasExternal).toBeNull();
    const withStranger = invite(stranger, owner);
    expect(read({ ...withStranger, attendees_omitted: true }).hasExternal).toBe(true);
  });

  it('is known in a Microsoft calendar when its owner organizes, or by the domains of the rules', () => {
    const attendees = [{ email: 'jane@acme.com', name: null }];
    const own = { attendees, raw: { isOrganizer: true } };
    expect(read(own, [], microsoft).hasExternal).toBe(false);
    const invited = { attendees, organizer: { email: 'sam@other.org', name: null }, raw: { isOrganizer: false } };
    expect(read(invited, [], microsoft).hasExternal).toBeNull();
    expect(read(invited, ['acme.com'], microsoft).hasExternal).toBe(true);
  });
});

describe('people', () => {
  it('are counted once, with the organizer and without rooms and calendars', () => {
    expect(read(invite(owner, colleague, { email: 'JANE@acme.com' }, room)).count).toBe(2);
    const attendees = [
      { email: 'jane@acme.com', name: null },
      { email: 'room1@acme.com', name: null },
    ];
    const raw = { isOrganizer: true, attendees: [{ type: 'resource', emailAddress: { address: 'Room1@acme.com' } }] };
    expect(read({ attendees, raw }, [], microsoft).count).toBe(2);
    const calendar = { email: 'x1@group.calendar.google.com', name: null };
    expect(read({ organizer: calendar, attendees: [] }).count).toBe(0);
  });

  it('are read from any raw event without an error', () => {
    for (const raw of [{}, { organizer: 1, attendees: 'x' }, { attendees: [1, null, {}] }, { isOrganizer: 'yes' }]) {
      for (const calendar of [google, microsoft]) expect(read({ raw }, [], calendar).count).toBe(1);
    }
  });
});

describe('the organizer', () => {
  it('is the owner, a colleague, or an external person', () => {
    const of = (...people: Parameters<typeof invite>) => {
      const { organizedBySelf, organizerIsInternal } = read(invite(...people));
      return [organizedBySelf, organizerIsInternal];
    };
    expect(of(owner, stranger)).toEqual([true, true]);
    expect(of(colleague, owner)).toEqual([false, true]);
    expect(of(stranger, owner)).toEqual([false, false]);
    expect(of({ email: 'x1@group.calendar.google.com' }, owner)).toEqual([false, null]);
    expect(read({ organizer: null, raw: {} })).toMatchObject({ organizedBySelf: null, organizerIsInternal: null });
  });
});

describe('acceptance', () => {
  it('is the owner’s answer, and an organizer who was not asked has accepted', () => {
    expect(read({ response_status: 'accepted' }).hasAccepted).toBe(true);
    expect(read({ response_status: 'needs_action' }).hasAccepted).toBe(false);
    expect(read({ response_status: 'tentative' }).hasAccepted).toBe(false);
    expect(read({ response_status: null }).hasAccepted).toBe(true);
    expect(read({ response_status: null, ...invite(stranger) }).hasAccepted).toBeNull();
  });
});
