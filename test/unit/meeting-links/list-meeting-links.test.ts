import { describe, expect, it } from 'vitest';
import {
  type ChoiceReason,
  findMeetingLink,
  listMeetingLinks,
  type MeetingLinkSources,
} from '../../../shared/meeting-links/list-meeting-links.ts';
import { SAMPLE_MEETING_URLS } from './sample-meeting-urls.ts';
import { SAMPLE_OTHER_URLS } from './sample-other-urls.ts';

const NOWHERE = { title: null, entryPoints: [], location: null, body: null };
const inEntryPoints = (...entryPoints: string[]) => findMeetingLink({ ...NOWHERE, entryPoints });
const inLocation = (location: string) => findMeetingLink({ ...NOWHERE, location });
const inBody = (body: string) => findMeetingLink({ ...NOWHERE, body });
const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

const ZOOM = 'https://zoom.us/j/123456789';
const MEET = 'https://meet.google.com/abc-defg-hij';

describe('findMeetingLink', () => {
  it.each(SAMPLE_MEETING_URLS)('finds %s in every source', (url, platform) => {
    const link = { url, platform };
    expect(inEntryPoints(url)).toEqual(link);
    expect(inLocation(`Room 3 / ${url}; dial in below`)).toEqual(link);
    expect(inBody(`Jane invites you.\nJoin: ${url}.\n\nSee you`)).toEqual(link);
    expect(inBody(`Join the meeting<${url}>\r\n`)).toEqual(link);
    expect(inBody(`<p>Hi</p><a class=x href="${escapeHtml(url)}" target=_blank>Join</a><br>`)).toEqual(link);
    expect(inBody(`<div>${escapeHtml(url)}</div>`)).toEqual(link);
  });

  it.each(SAMPLE_OTHER_URLS)('does not take %s for a meeting in location or body', (url) => {
    expect(inLocation(url)).toBeNull();
    expect(inBody(`See ${url} or <a href="${escapeHtml(url)}">this page</a>`)).toBeNull();
  });

  it('finds nothing in empty sources', () => {
    expect(findMeetingLink(NOWHERE)).toBeNull();
    expect(inEntryPoints('', 'tel:+1-202-555-0100', 'sip:123@example.com', `javascript:"${ZOOM}"`)).toBeNull();
    expect(inLocation('Conference room 4.2')).toBeNull();
  });
});

describe('the order of sources', () => {
  it('is entry points, location, body', () => {
    expect(findMeetingLink({ title: null, entryPoints: [MEET], location: ZOOM, body: ZOOM })?.url).toBe(MEET);
    expect(findMeetingLink({ title: null, entryPoints: [], location: ZOOM, body: MEET })?.url).toBe(ZOOM);
    expect(findMeetingLink({ title: null, entryPoints: ['tel:123'], location: 'Berlin', body: MEET })?.url).toBe(MEET);
  });

  it('keeps an entry point of an unknown provider', () => {
    const jitsi = 'https://meet.acme.org/Standup?jwt=a.b.c';
    expect(findMeetingLink({ title: null, entryPoints: [jitsi], location: ZOOM, body: ZOOM })).toEqual({
      url: jitsi,
      platform: 'unknown',
    });
    expect(inEntryPoints('tel:123', 'HTTPS://MEET.acme.org/a')?.platform).toBe('unknown');
    expect(inEntryPoints('zoommtg://evil.com/join')).toBeNull();
    expect(inBody(jitsi)).toBeNull();
  });

  it('prefers the first known entry point to an unknown one', () => {
    expect(inEntryPoints('https://meet.acme.org/a', ZOOM, MEET)).toEqual({ url: ZOOM, platform: 'zoom' });
  });

  it('reads href attributes before text', () => {
    expect(inBody(`Old link: ${MEET} <a href='${ZOOM}'>Join</a>`)?.url).toBe(ZOOM);
    expect(inBody(`${ZOOM} <a href=${MEET}>Join</a>`)?.url).toBe(MEET);
  });

  it('ends with the title', () => {
    expect(findMeetingLink({ ...NOWHERE, title: `Sync ${MEET}` })?.url).toBe(MEET);
    expect(findMeetingLink({ ...NOWHERE, title: `Sync ${MEET}`, body: ZOOM })?.url).toBe(ZOOM);
  });

  it('has chats and streams last, wherever they are', () => {
    const chat = 'https://discord.gg/AbCdEf12';
    expect(findMeetingLink({ ...NOWHERE, location: chat, title: `Sync ${MEET}` })?.url).toBe(MEET);
    expect(findMeetingLink({ ...NOWHERE, body: `https://streamyard.com/watch/ab1cd2ef3g ${chat}` })?.platform).toBe(
      'streamyard',
    );
    expect(findMeetingLink({ ...NOWHERE, body: chat })).toEqual({ url: chat, platform: 'discord' });
  });
});

describe('of several links to the meeting that ranks first', () => {
  it.each<[string, string, string, string]>([
    ['the passcode', ZOOM, `${ZOOM}?pwd=aB.1`, `${ZOOM}?pwd=aB.1`],
    [
      'the passcode, at another host',
      ZOOM,
      'https://acme.zoom.us/j/123456789?pwd=a',
      'https://acme.zoom.us/j/123456789?pwd=a',
    ],
    ['the ticket of a webinar', ZOOM, 'https://zoom.us/w/123456789?tk=T.1', 'https://zoom.us/w/123456789?tk=T.1'],
    ['a page for participants', 'https://zoom.us/wc/join/123456789?from=a-long-parameter', ZOOM, ZOOM],
    ['a page for participants, not the host', 'https://zoom.us/s/123456789', ZOOM, ZOOM],
    [
      'the passcode before the page',
      ZOOM,
      'https://zoom.us/wc/join/123456789?pwd=a',
      'https://zoom.us/wc/join/123456789?pwd=a',
    ],
    ['the first of equals', `${ZOOM}?pwd=a`, `${ZOOM}?pwd=a&from=longer`, `${ZOOM}?pwd=a`],
  ])('%s counts', (_, location, body, url) => {
    expect(findMeetingLink({ ...NOWHERE, location, body: `${MEET}?authuser=0123456789\n${body}` })?.url).toBe(url);
  });

  it('never returns a login token', () => {
    expect(inLocation('https://zoom.us/s/123456789?zak=HOST.1')?.url).toBe('https://zoom.us/s/123456789');
    expect(inLocation('https://zoom.us/s/123456789?pwd=a&ZAK=HOST.1#success')?.url).toBe(
      'https://zoom.us/s/123456789?pwd=a#success',
    );
    expect(inEntryPoints('zoommtg://zoom.us/join?action=join&zak=HOST.1&confid=dXNz')?.url).not.toContain('HOST');
    expect(inBody(`https://zoom.us/s/123456789?zak=HOST.1 ${ZOOM}`)?.url).toBe(ZOOM);
  });

  it.each<[string, Partial<MeetingLinkSources>, ChoiceReason]>([
    ['only_one', { body: ZOOM }, 'only_one'],
    ['place', { location: ZOOM, body: MEET }, 'place'],
    ['passcode', { location: ZOOM, body: `${ZOOM}?pwd=a` }, 'passcode'],
    ['path', { location: 'https://zoom.us/wc/join/123456789', body: ZOOM }, 'path'],
    ['only_possible', { body: 'https://discord.gg/AbCdEf12' }, 'only_possible'],
  ])('says why: %s', (_, sources, reason) => {
    expect(listMeetingLinks({ ...NOWHERE, ...sources }).reason).toBe(reason);
  });

  it('lists all candidates, the chosen one first, each once', () => {
    const { candidates } = listMeetingLinks({
      ...NOWHERE,
      location: ZOOM,
      body: `https://discord.gg/AbCdEf12 ${MEET} ${ZOOM} ${ZOOM}?pwd=a https://acme.example/`,
    });
    expect(candidates.map(({ url, place, certainty }) => [url, place, certainty])).toEqual([
      [`${ZOOM}?pwd=a`, 'body', 'certain'],
      [ZOOM, 'location', 'certain'],
      [MEET, 'body', 'certain'],
      ['https://discord.gg/AbCdEf12', 'body', 'possible'],
    ]);
    expect(listMeetingLinks(NOWHERE)).toEqual({ candidates: [], reason: null });
  });
});

describe('hosts that the project names', () => {
  const hosts = ['video.acme.example'];
  it('have meetings at every path', () => {
    const link = { url: 'https://video.acme.example/weekly', platform: 'unknown' };
    expect(findMeetingLink({ ...NOWHERE, location: 'https://video.acme.example/weekly' }, hosts)).toEqual(link);
    expect(findMeetingLink({ ...NOWHERE, body: 'Join video.acme.example/weekly.' }, hosts)).toEqual(link);
  });

  it.each(['https://video.acme.example/', 'https://xvideo.acme.example/a', 'https://video.acme.example.evil.test/a'])(
    'are compared whole: %s',
    (location) => {
      expect(findMeetingLink({ ...NOWHERE, location }, hosts)).toBeNull();
    },
  );
});

describe('what is struck through', () => {
  it.each([
    `<s>${MEET}</s> ${ZOOM}`,
    `<del class="x">${MEET} <del>${MEET}</del> ${MEET}</del> <a href="${ZOOM}">new</a>`,
    `<STRIKE>${MEET}</STRIKE >${ZOOM}`,
    `<a style="text-decoration:line-through" href="${MEET}">old</a> ${ZOOM}`,
    `<span style='text-decoration: underline line-through'>${MEET}<span>${MEET}</span></span> ${ZOOM}`,
  ])('does not count: %s', (body) => {
    expect(inBody(body)?.url).toBe(ZOOM);
  });

  it('is closed: an element without an end strikes nothing', () => {
    expect(inBody(`<s>${ZOOM}`)?.url).toBe(ZOOM);
    expect(inBody(`<summary>${ZOOM}</summary></s>`)?.url).toBe(ZOOM);
  });
});

describe('links in real invitations', () => {
  it.each([
    ['trailing punctuation', `(${ZOOM}).`, ZOOM],
    ['quotes', `"${ZOOM}", '${MEET}'`, ZOOM],
    ['markdown', `[Join](${ZOOM}?pwd=a) **${ZOOM}**`, `${ZOOM}?pwd=a`],
    ['chat markup', `<${ZOOM}?pwd=a|Join Zoom>`, `${ZOOM}?pwd=a`],
    [
      'an escaped angle bracket',
      'https://acme.webex.com/acme/j.php?MTID=m0a1%3E',
      'https://acme.webex.com/acme/j.php?MTID=m0a1',
    ],
    ['a text link escaped whole', `${ZOOM}?pwd=abC%3C${ZOOM}%3E`, `${ZOOM}?pwd=abC`],
    ['escaped blanks', `${ZOOM}?pwd=a%20%0A%C2%A0%E2%80%8B`, `${ZOOM}?pwd=a`],
    ['a link repeated in brackets', `${ZOOM}<${ZOOM}>`, ZOOM],
    ['two links without a gap', `${ZOOM}${MEET}`, ZOOM],
    ['two links behind a comma', `${ZOOM},${MEET}`, ZOOM],
    ['zero-width characters', 'https://zoom\u200b.us/j/\u2060123456789\ufeff', ZOOM],
    ['soft hyphens', 'https://zoom.us/j/&shy;123456789', ZOOM],
    ['break hints', 'https://zoom.us/<wbr>j/123<wbr/>456789', ZOOM],
    ['a tag right behind', `${ZOOM}<br>Passcode: 1`, ZOOM],
    ['Office tags', `<o:p>${ZOOM}</o:p>`, ZOOM],
    ['entities', `${ZOOM}?a=1&amp;pwd=2&#38;c=3&nbsp;next`, `${ZOOM}?a=1&pwd=2&c=3`],
    ['entities escaped twice', `&amp;lt;a href=&amp;quot;${ZOOM}?a=1&amp;amp;b=2&amp;quot;&amp;gt;`, `${ZOOM}?a=1&b=2`],
    ['parameters that look like entities', `${ZOOM}?a=1&copy=2&reg=3`, `${ZOOM}?a=1&copy=2&reg=3`],
    ['an attribute cut off', `<a href="${ZOOM}?pwd=a`, `${ZOOM}?pwd=a`],
    ['a line break inside an attribute', '<a href="https://zoom.us/j/\r\n123456789">', ZOOM],
    ['Japanese around it', `会議：${ZOOM}（パスコード）`, ZOOM],
    ['typographic quotes', `“${ZOOM}”`, ZOOM],
    ['a backslash escape', `${ZOOM}\\nPasscode`, ZOOM],
    ['malformed escapes', `${ZOOM}?pwd=%E0%A4%A%zz`, `${ZOOM}?pwd=%E0%A4%A%zz`],
    ['a fragment', `${ZOOM}#success`, `${ZOOM}#success`],
    [
      'raw JSON in a Teams link',
      'https://teams.microsoft.com/l/meetup-join/19:meeting_x@thread.v2/0?context={"Tid":"1","Oid":"2"}, thanks',
      'https://teams.microsoft.com/l/meetup-join/19:meeting_x@thread.v2/0?context={%22Tid%22:%221%22,%22Oid%22:%222%22}',
    ],
    ['a link inside a redirect, unescaped', `https://www.google.com/url?q=${ZOOM}&sa=D`, ZOOM],
    ['a fold inside brackets', '<https://zoom.us/j/12345\r\n6789?pwd=a\r\n b>', `${ZOOM}?pwd=ab`],
    ['a text before the link in brackets', `${MEET}<${ZOOM}>`, ZOOM],
    ['a word glued to the passcode', `${ZOOM}?pwd=aB.1Passcode: 123`, `${ZOOM}?pwd=aB.1`],
    ['two words glued to the passcode', `${ZOOM}?pwd=aB.1Meeting ID: 123`, `${ZOOM}?pwd=aB.1`],
    ['the rest of a redirect', `${ZOOM}?pwd%3DaB.1%26x%3D2&sa=D&source=calendar`, `${ZOOM}?pwd=aB.1&x=2`],
    ['a native link', 'Join: zoommtg://zoom.us/join?confno=123456789&pwd=abC', `${ZOOM}?pwd=abC`],
  ])('are found in spite of %s', (_, text, url) => {
    expect(inBody(text)?.url).toBe(url);
  });

  it.each([
    ['zoom.us/j/123456789', ZOOM],
    ['Zoom: us02web.zoom.us/j/81234567890?pwd=a.', 'https://us02web.zoom.us/j/81234567890?pwd=a'],
    ['(meet.google.com/abc-defg-hij)', MEET],
    ['teams.microsoft.com/meet/2123456789012?p=a', 'https://teams.microsoft.com/meet/2123456789012?p=a'],
    ['whereby.com/acme-room', 'https://whereby.com/acme-room'],
    ['app.cal.com/video/aBcDeFgHiJkL', 'https://app.cal.com/video/aBcDeFgHiJkL'],
    ['acme.webex.com/meet/jane', 'https://acme.webex.com/meet/jane'],
    ['<a href="meet.google.com/abc-defg-hij">Join</a>', MEET],
    ['<a href="//meet.google.com/abc-defg-hij">Join</a>', MEET],
  ])('are found without a scheme: %s', (text, url) => {
    expect(inBody(text)?.url).toBe(url);
  });

  it.each([
    'jane@zoom.us/j/123456789',
    'evilzoom.us/j/123456789',
    'evilwhereby.com/jane',
    'meet.google.com.evil.test/abc-defg-hij',
    '<a href="//evil.test/zoom.us/j/123456789">Join</a>',
    '<a href="//zoom.us.evil.test/j/123456789">Join</a>',
    'zoom.us',
    'x.zoom.us.evil.com/j/123456789',
  ])('are not found without a scheme in %s', (text) => {
    expect(inBody(text)).toBeNull();
  });

  it('may have too many slashes, but not thousands of characters', () => {
    expect(inEntryPoints('https:///zoom.us/j/123456789')?.url).toBe(ZOOM);
    expect(inEntryPoints(`${ZOOM}?x=${'a'.repeat(8000)}`)?.platform).toBe('zoom');
    expect(inEntryPoints(`${ZOOM}?x=${'a'.repeat(8200)}`)).toBeNull();
  });

  it('keep characters of an entry point that are not ASCII, escaped', () => {
    expect(inEntryPoints('https://é.acme.org/a')?.url).toBe('https://xn--9ca.acme.org/a');
    expect(inEntryPoints('https://meet.jit.si/Réunion 1')?.url).toBe('https://meet.jit.si/R%C3%A9union');
    expect(inEntryPoints('https://meet.jit.si/会議\ud800')?.url).toBe(
      'https://meet.jit.si/%E4%BC%9A%E8%AD%B0%EF%BF%BD',
    );
  });
});
