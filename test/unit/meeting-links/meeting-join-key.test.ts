import { describe, expect, it } from 'vitest';
import { meetingJoinKey } from '../../../shared/meeting-links/meeting-join-key.ts';
import { SAMPLE_MEETING_URLS } from './sample-meeting-urls.ts';
import { WRAP_LINK } from './wrap-link.ts';

const THREAD = '19%3ameeting_TWFkZVVw%40thread.v2';
const COORDS = Buffer.from('{"conversationId":"19:meeting_TWFkZVVw@thread.v2","messageId":"0"}').toString('base64');

/** One meeting per row, in spellings that differ. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  'zoom:81234567890': [
    'https://us02web.zoom.us/j/81234567890',
    'https://acme.zoom.us/j/81234567890?pwd=abc.1#success',
    'HTTPS://US02WEB.ZOOM.US/j/81234567890/',
    'https://us02web.zoom.us/wc/join/81234567890?pwd=abc',
    'https://app.zoom.us/wc/81234567890/join',
    'https://us02web.zoom.us/s/81234567890?zak=x',
    'zoommtg://ZOOM.us/join?confno=81234567890&pwd=abc',
    'zoomus://zoom.us/join?action=join&confno=81234567890',
    'us02web.zoom.us/j/81234567890',
    '<https://zoom.us/j/81234567890?pwd=abc&amp;x=1>',
  ],
  'zoom:my/jane': ['https://acme.zoom.us/my/Jane?pwd=1', 'https://zoom.us/my/jane'],
  'google_meet:abc-defg-hij': [
    'https://meet.google.com/abc-defg-hij',
    'https://meet.google.com/ABC-defg-hij?authuser=2&hs=122',
    'https://meet.google.com/_meet/abc-defg-hij#x',
    'meet.google.com/abc-defg-hij.',
  ],
  'microsoft_teams:19:meeting_TWFkZVVw@thread.v2': [
    `https://teams.microsoft.com/l/meetup-join/${THREAD}/0?context=%7b%22Tid%22%3a%221%22%7d`,
    'https://teams.microsoft.com/l/meetup-join/19:meeting_TWFkZVVw@thread.v2/0',
    'https://teams.microsoft.com/l/meetup-join/19%253ameeting_TWFkZVVw%2540thread.v2/0',
    `https://teams.microsoft.com/dl/launcher/launcher.html?url=%2f_%23%2fl%2fmeetup-join%2f${THREAD}%2f0&type=meetup-join`,
    `https://teams.microsoft.com/dl/launcher/launcher.html?url=/_#/l/meetup-join/${THREAD}/0`,
    `https://teams.microsoft.com/light-meetings/launch?coords=${COORDS}`,
  ],
  'webex:acme.webex.com/jane': ['https://acme.webex.com/meet/jane', 'https://acme.webex.com/acme/join/Jane'],
  'whereby:whereby.com/acme': ['https://whereby.com/acme', 'https://www.whereby.com/Acme/'],
  'jitsi:room': ['https://meet.jit.si/Room', 'https://meet.jit.si/room/#config.x=1'],
  'unknown:meet.acme.org/Room': [
    'https://meet.acme.org/Room',
    'https://MEET.acme.org:443/Room/#config.x=1',
    'https://meet.acme.org/Room?pwd=Ab.1',
    'https://meet.acme.org/Room?Password=x&pw=y&passcode=1&tk=2',
    'https://meet.acme.org/Room?p%77d=Ab.1#pwd-Ab',
  ],
  'unknown:meet.acme.org/join?id=1&x=2': ['https://meet.acme.org/join?id=1&pwd=Ab.1&x=2'],
};

describe('meetingJoinKey', () => {
  it('distinguishes short Teams links, of work and of personal accounts', () => {
    const links = [
      'https://teams.microsoft.com/meet/2345678901234?p=Ab',
      'https://teams.live.com/meet/9387654321098?p=Cd',
      'https://teams.microsoft.com/meet/3456789012345?p=Ef',
    ];
    expect(new Set(links.map(meetingJoinKey)).size).toBe(3);
    expect(links.map(meetingJoinKey)).toEqual(links.map((link) => meetingJoinKey(link.replace(/\?.*/, ''))));
  });

  it.each(Object.entries(SPELLINGS))('is %s for every spelling of the link', (key, spellings) => {
    expect(spellings.map(meetingJoinKey)).toEqual(spellings.map(() => key));
  });

  it.each(Object.entries(WRAP_LINK))('is the same inside %s', (_, wrap) => {
    for (const [url] of SAMPLE_MEETING_URLS.filter(([link]) => link.startsWith('http'))) {
      expect(meetingJoinKey(wrap(url))).toBe(meetingJoinKey(url));
    }
  });

  it('is host and path of a link without a meeting id', () => {
    expect(meetingJoinKey('https://events.zoom.us/ej/AbC?x=1')).toBe('zoom:events.zoom.us/ej/AbC');
  });

  it.each([
    ['meeting numbers', 'https://zoom.us/j/123456789', 'https://zoom.us/j/123456780'],
    ['providers', 'https://bluejeans.com/123456789', 'https://meet.goto.com/123456789'],
    ['sites with rooms of one name', 'https://acme.webex.com/meet/jane', 'https://other.webex.com/meet/jane'],
    [
      'meetings of one channel',
      'https://teams.microsoft.com/l/meetup-join/19:c@thread.tacv2/1700000000001',
      'https://teams.microsoft.com/l/meetup-join/19:c@thread.tacv2/1700000000002',
    ],
    ['meetings in the query of an unknown host', 'https://bbb.acme.org/join?id=1', 'https://bbb.acme.org/join?id=2'],
    ['ports of an unknown host', 'https://meet.acme.org/a', 'https://meet.acme.org:8443/a'],
    ['rooms by a parameter `p`', 'https://meet.acme.org/?p=1', 'https://meet.acme.org/?p=2'],
    ['texts that are not links', 'Room 1', 'Room 2'],
  ])('distinguishes different %s', (_, one, other) => {
    expect(meetingJoinKey(one)).not.toBe(meetingJoinKey(other));
  });
});
