import { describe, expect, it } from 'vitest';
import { classifyMeetingUrl } from '../../../shared/meeting-links/classify-meeting-url.ts';
import { findMeetingLink } from '../../../shared/meeting-links/list-meeting-links.ts';

const NOWHERE = { title: null, entryPoints: [], location: null, body: null };
const hosts = ['zoom.acme.example', 'bbb.acme.example'];
const find = (location: string, body: string | null = null): string | null =>
  findMeetingLink({ ...NOWHERE, location, body }, hosts)?.url ?? null;

const TEAMS_PATH = 'l/meetup-join/19%3ameeting_QWJjRGVm%40thread.v2/0?context=%7b%22Tid%22%3a%221%22%7d';
const HEX = '0123456789abcdef0123456789abcdef';

describe('of two links to one meeting, in either order, the better one', () => {
  it.each([
    ['has the passcode in its path', 'https://bluejeans.com/123456789/4321', 'https://bluejeans.com/123456789'],
    [
      'has the passcode in its path, in the browser',
      'https://bluejeans.com/123456789/4321/webrtc',
      'https://bluejeans.com/123456789/',
    ],
    ['is the join path of BlueJeans', 'https://bluejeans.com/123456789', 'https://bluejeans.com/123456789/webrtc'],
    ['is the join path of Chime', 'https://chime.aws/1234567890', 'https://app.chime.aws/meetings/1234567890'],
    [
      'is the join path of Teams',
      `https://teams.microsoft.com/${TEAMS_PATH}`,
      `https://teams.microsoft.com/_#/${TEAMS_PATH}`,
    ],
    [
      'is the join path of Teams, not of its second client',
      'https://teams.microsoft.com/meet/2345678901234?p=Ab',
      'https://teams.microsoft.com/v2/?meetingjoin=true#/meet/2345678901234?p=Ab&anon=true',
    ],
    [
      'has the key of FaceTime, whose id is named like a passcode',
      'https://facetime.apple.com/join#v=1&p=aBcDeF&k=KlMnOp',
      'https://facetime.apple.com/join#v=1&p=aBcDeF',
    ],
    [
      'has the passcode, in the client of Teams',
      'https://teams.microsoft.com/v2/?meetingjoin=true#/meet/2345678901234?p=Ab',
      'https://teams.microsoft.com/meet/2345678901234',
    ],
    [
      'has the passcode, on an own host',
      'https://zoom.acme.example/j/98765432101?pwd=Ab.1',
      'https://zoom.acme.example/j/98765432101',
    ],
    [
      'has the passcode, on an own host with a parameter',
      'https://bbb.acme.example/join?id=7&password=Ab',
      'https://bbb.acme.example/join?id=7',
    ],
  ])('%s', (_, better, other) => {
    expect(find(other, better)).toBe(better);
    expect(find(better, other)).toBe(better);
  });

  it('is not another meeting of an own host', () => {
    expect(find('https://bbb.acme.example/join?id=7', 'https://bbb.acme.example/join?id=8&pw=Ab')).toBe(
      'https://bbb.acme.example/join?id=7',
    );
  });
});

describe('a token that makes everyone the host, or logs everyone in', () => {
  it.each([
    ['https://whereby.com/acme-room?roomKey=eyJhbGciOi.a.b', 'https://whereby.com/acme-room'],
    ['https://acme.whereby.com/room?embed=1&ROOMKEY=x', 'https://acme.whereby.com/room?embed=1'],
    ['https://8x8.vc/vpaas-magic-cookie-1/Room?jwt=eyJ.a.b', 'https://8x8.vc/vpaas-magic-cookie-1/Room'],
    ['https://8x8.vc/vpaas-magic-cookie-1/Room#jwt=eyJ.a.b', 'https://8x8.vc/vpaas-magic-cookie-1/Room'],
    ['https://meet.jit.si/Room?jwt=eyJ.a.b#config.x=1', 'https://meet.jit.si/Room#config.x=1'],
    ['https://meet.jit.si/Room?j%77t=eyJ.a.b&lang=de', 'https://meet.jit.si/Room?lang=de'],
  ])('is cut from %s', (link, right) => {
    expect(find(link)).toBe(right);
    expect(findMeetingLink({ ...NOWHERE, entryPoints: [link] })?.url).toBe(right);
  });
});

describe('a page of Webex about a meeting', () => {
  const site = 'https://acme.webex.com/webappng/sites/acme';

  it.each([
    `${site}/recording/${HEX}/playback`,
    `${site}/recording/play/${HEX}`,
    `${site}/meeting/register/${HEX}?ticket=x`,
    `${site}/webinar/webinarSeries/register/${HEX}`,
    `${site}/meeting/recording/${HEX}`,
  ])('joins nothing: %s', (link) => {
    expect([find(link), classifyMeetingUrl(link)]).toEqual([null, null]);
    expect(findMeetingLink({ ...NOWHERE, entryPoints: [link] })).toBeNull();
  });

  it.each([
    `${site}/meeting/download/${HEX}?MTID=m${HEX}`,
    `${site}/meeting/info/${HEX}`,
    `${site}/webinar/info/${HEX}`,
  ])('joins it: %s', (link) => {
    expect(find(link)).toBe(link);
  });
});

it('the link of a meeting comes before the redirect to it of a scheduler, wherever they are', () => {
  const redirect = 'https://calendly.com/events/0a1b2c3d-0000-4000-8000-000000000001/zoom';
  const meeting = 'https://zoom.us/j/85550001111?pwd=Ab';
  expect([find(redirect, meeting), find(meeting, redirect), find(redirect)]).toEqual([meeting, meeting, redirect]);
});
