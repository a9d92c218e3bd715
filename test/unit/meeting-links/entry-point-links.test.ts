import { describe, expect, it } from 'vitest';
import { findMeetingLink, listMeetingLinks } from '../../../shared/meeting-links/list-meeting-links.ts';

const NOWHERE = { title: null, entryPoints: [], location: null, body: null };
const ZOOM = 'https://acme.zoom.us/j/98765432101?pwd=Ab.1';
const TEAMS =
  'https://teams.microsoft.com/l/meetup-join/19%3ameeting_QWJjRGVm%40thread.v2/0?context=%7b%22Tid%22%3a%221%22%7d';

describe('an entry point of the provider', () => {
  it.each([
    'https://teams.microsoft.com/l/meetup-join/19%3ameeting_QWJj',
    'https://us02web.zoom.us/j/',
    'https://us02web.zoom.us/j/9876',
    'https://zoom.us/meeting/register/tJUk',
    'https://events.teams.microsoft.com/event/11111111-1111-4111-8111-111111111111@22222222-2222-4222-8222-222222222222',
    'https://meet.google.com/landing',
    'https://acme.webex.com/acme/j.php',
    'https://whereby.com/pricing',
    'https://protect-eu.mimecast.com/s/Ab?domain=teams.microsoft.com',
    'https://url.uk.m.mimecastprotect.com/s/Ab?domain=acme.zoom.us',
    'https://linkscan.io/scan/ux/aHR0cHM',
    'https://nam02.safelinks.protection.outlook.com/?url=&data=x',
    'https://urldefense.com/v3/__',
    'https://secure-web.cisco.com/1AbC',
  ])('is no meeting when its host is known and it names none: %s', (entry) => {
    for (const whole of [ZOOM, TEAMS]) {
      const { candidates } = listMeetingLinks({ ...NOWHERE, entryPoints: [entry], body: whole });
      expect(candidates.map(({ url }) => url)).toEqual([whole]);
    }
    expect(findMeetingLink({ ...NOWHERE, entryPoints: [entry] })).toBeNull();
  });

  it.each([
    'https://meet.acme.org/Standup',
    'https://www.youtube.com/live/AbC',
    'https://hangouts.google.com/call/AbC',
  ])('is a meeting on a platform that is not known: %s', (entry) => {
    const link = findMeetingLink({ ...NOWHERE, entryPoints: [entry], body: ZOOM });
    expect(link).toEqual({ url: entry, platform: 'unknown' });
  });
});
