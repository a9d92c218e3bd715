import { describe, expect, it } from 'vitest';
import { findMeetingLink, type MeetingLinkSources } from '../../../shared/meeting-links/list-meeting-links.ts';
import { WRAP_LINK } from './wrap-link.ts';

const NOWHERE = { title: null, entryPoints: [], location: null, body: null };
const meetingHosts = ['video.acme.example'];
const find = (sources: Partial<MeetingLinkSources>): string | null =>
  findMeetingLink({ ...NOWHERE, ...sources }, meetingHosts)?.url ?? null;

const ROOM = 'https://acme.zoom.us/j/98765432101';
const ZOOM = `${ROOM}?pwd=Ab.1`;
const OLD = 'https://acme.zoom.us/j/91111111111';
const TEAMS =
  'https://teams.microsoft.com/l/meetup-join/19%3ameeting_QWJj%40thread.v2/0?context=%7b%22Tid%22%3a%22t%22%7d';
const escaped = encodeURIComponent(ZOOM);
const twice = encodeURIComponent(escaped);

describe('a link in wrappers', () => {
  const names = Object.keys(WRAP_LINK);
  const layersOf = (index: number): string[] => [0, 7, 13].map((step) => names[(index + step) % names.length] ?? '');

  it.each(names.map((_, index) => layersOf(index)))('is found in %s in %s in %s', (...layers) => {
    expect(find({ body: layers.reduce((link, name) => WRAP_LINK[name]?.(link) ?? link, ZOOM) })).toBe(ZOOM);
  });

  it.each([
    `https://www.google.de/url?q=${twice}&sa=D`,
    `https://eur01.safelinks.protection.outlook.com/?url=${twice}&data=x`,
    `https://eur01.safelinks.protection.outlook.com/?url=${encodeURIComponent(twice)}&data=x`,
    `https://linkprotect.cudasvc.com/url?a=${twice}&c=E`,
    `https://secure-web.cisco.com/1AbC/${twice}`,
    `https://www.google.com/url?esrc=s&q=&rct=j&sa=U&url=${escaped}&ved=2`,
    `https://www.google.com/url?q=zoom+meeting&url=${escaped}`,
    `http://www.google.co.jp/url?sa=D&q=${escaped}`,
    `https://google.com.au/url?q=${escaped}`,
    `https://chn01.safelinks.protection.partner.outlook.cn/?url=${escaped}&data=x`,
    `https://dod.safelinks.protection.apps.mil/?url=${escaped}&data=x`,
    `https://gcc02.safelinks.protection.outlook.com/?url=${escaped}&amp;data=x`,
    `https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url=${escaped}&locale=en-us`,
    `https://ctp.trendmicro.com:443/wis/clicktime/v1/query?url=${escaped}&umid=x`,
    `https://us.content.exclaimer.net/click?url=${escaped}&tenantid=x`,
    `https://link.zixcentral.com/u/ab/cd?u=${escaped}`,
    `https://protect.checkpoint.com/v2/___${ZOOM}___.YXAzOmFj`,
    `https://urlsand.esvalabs.com/?u=${escaped}&e=abc&h=1`,
    `https://www.youtube.com/redirect?q=${escaped}`,
    `Join<https://urldefense.com/v3/__${ZOOM}__;!!AbC!x$>`,
    `<a href="https://protect-us.mimecast.com/s/abc?domain=zoom.us">${ZOOM}</a>`,
    `${ROOM}?pwd%253DAb.1&sa=D`,
  ])('is found in %s', (body) => {
    expect(find({ body })).toBe(ZOOM);
  });

  it.each([
    `https://www.google.evil/url?q=${escaped}`,
    `https://google.de.evil.com/url?q=${escaped}`,
    `https://evil.com/www.google.de/url?q=${escaped}`,
    `https://eur01.safelinks.protection.outlook.com.evil.com/?url=${escaped}`,
    `https://protect.checkpoint.com.evil.com/v2/___${ZOOM}___.YX`,
    'https://protect-us.mimecast.com/s/abc?domain=zoom.us',
  ])('is not found in %s', (body) => {
    expect(find({ body })).toBeNull();
  });
});

describe('a link that is folded or glued', () => {
  it.each([
    `<${ROOM}\r\n?pwd=Ab.1>`,
    `<${ROOM}?\r\n   pwd=Ab.1>`,
    `<${ROOM}? \r\n\tpwd\n=Ab.1>`,
    `&lt;${ROOM}?\r\npwd=Ab.1&gt;`,
    `<URL:${ZOOM}>`,
    `<a href="${ROOM}?\r\npwd=Ab.1">x</a>`,
  ])('is whole: %j', (text) => {
    expect([find({ body: text }), find({ location: text })]).toEqual([ZOOM, ZOOM]);
  });

  it('is whole when it is a Teams link over three lines', () => {
    const folded = TEAMS.replace('meeting_', 'meeting_\r\n').replace('%22Tid', '\r\n%22Tid');
    expect(find({ body: `Microsoft Teams<${folded}>\r\nMeeting ID: 1` })).toBe(TEAMS);
  });

  it.each(['Passcode: 123', 'Passcode:123', 'Meeting ID: 987 6543 2101', 'One tap mobile: +1', 'Kenncode%3A%20123'])(
    'ends where %j begins',
    (word) => {
      for (const link of [ZOOM, ROOM]) {
        expect(find({ location: link + word })).toBe(link);
        expect(find({ entryPoints: [link + word] })).toBe(link);
        expect(find({ body: `<a href="${link}${word}">x</a>` })).toBe(link);
      }
      const teams = 'https://teams.microsoft.com/meet/2345678901234?p=Ab';
      expect(find({ body: teams + word })).toBe(teams);
    },
  );

  it('may have such a word as its passcode', () => {
    expect(find({ location: `${ROOM}?pwd=Passcode1` })).toBe(`${ROOM}?pwd=Passcode1`);
  });
});

describe('a link that is struck through', () => {
  it.each([
    ...['s', 'strike', 'del', 'S', 'DEL'].map((name) => `<${name}>${OLD}</${name}>`),
    `<span style="text-decoration: line-through">${OLD}</span>`,
    `<p style='color:red;text-decoration-line:line-through'><a href="${OLD}">x</a></p>`,
    `<a style="TEXT-DECORATION:LINE-THROUGH" href="${OLD}">x</a>`,
    `<span style=text-decoration:line-through>${OLD}</span>`,
    `<span title="a > b" style="text-decoration:line-through">${OLD}</span>`,
    `<s><b><s>${OLD}</s></b> ${OLD}2</s>`,
    `<div style="text-decoration:line-through"><div>${OLD}</div>${OLD}</div>`,
    `<a href="${OLD}"><s>${OLD}</s></a>`,
    `<a href="${OLD}"> <span style="text-decoration:line-through">the old room</span> </a >`,
  ])('does not count: %s', (struck) => {
    expect(find({ body: `${struck} new: ${ZOOM}` })).toBe(ZOOM);
    expect(find({ body: struck })).toBeNull();
  });

  it.each([
    `<strong>${ZOOM}</strong>`,
    `<span style="text-decoration:none">${ZOOM}</span>`,
    `<section>${ZOOM}</section>`,
    `<a href="https://wiki.example/line-through"><b>${ZOOM}</b></a>`,
    `<a href="${ZOOM}"><s>9:00</s> 10:00</a>`,
    `<a href="${ZOOM}">10:00 <s>9:00</s></a>`,
    `<s>never closed ${ZOOM}`,
  ])('is not this one: %s', (body) => {
    expect(find({ body })).toBe(ZOOM);
  });
});

describe('a look-alike', () => {
  const zoom = 'zoom.us.evil.com evilzoom.us xn--zom-2nc.us zoom.us@evil.com zoom.us:x@evil.com evil.com\\@zoom.us'
    .concat(
      ' evil.com\\.zoom.us zoom.us%40evil.com zoom.us%23.evil.com zoom.us%3F.evil.com zoom-us.evil.com zoomus.com',
    )
    .concat(
      ' zoom.us.com zoom.co azoom.com evil.com:443@zoom.us zoom.us\u2024evil.com zoom.us\u3002evil.com user@zoom.us',
    )
    .concat(' zoom.us\u2044.evil.com zoom.us\uff0fj.evil.com evil.com?zoom.us evil.com#zoom.us evil.com/?u=zoom.us')
    .concat(' evil.com/https://zoom.us evil.com/?x=https://zoom.us evil.com/zoom.us');

  it.each([
    ...zoom.split(' ').map((host) => `https://${host}/j/98765432101`),
    ...['zoom.us.evil.com', 'evil-zoom.us', 'a@zoom.us', 'evil.com/zoom.us'].map((host) => `${host}/j/98765432101`),
    'javascript://zoom.us/j/98765432101',
    'https://meet.google.com.evil.test/abc-defg-hij',
    'https://meet-google.com/abc-defg-hij',
    'https://meet.google.co/abc-defg-hij',
    'https://teams.microsoft.com.evil.com/meet/2345678901234?p=Ab',
    'https://teams-microsoft.com/meet/2345678901234?p=Ab',
    'https://mywebex.com/meet/pat',
    'https://notwhereby.com/acme',
    'https://telemost.yandex.ru.evil.com/j/12345678901234',
    'https://meeting.tencent.com.evil.com/dm/AbC',
    'https://notreclaim.ai/z/Ab/c',
    'https://g.co.evil.com/meet/acme',
    'https://zoom-lfx.platform.linuxfoundation.org.evil.com/meeting/98765432101',
    'https://app.cal.com.evil.com/video/aBc',
    'https://video.acme.example.evil.com/weekly',
    'https://evilvideo.acme.example/weekly',
    'https://other.video.acme.example/weekly',
    'https://user:secret@video.acme.example/weekly',
  ])('%s is no meeting', (url) => {
    expect(find({ location: url, body: `<a href="${url}">x</a> ${url}`, title: url })).toBeNull();
  });
});

describe('a cut link, or none', () => {
  it.each([
    'https://teams.microsoft.com/l/meetup-join/',
    'https://teams.microsoft.com/l/meetup-join/19%3ameeting_QWJj%4',
    'https://teams.microsoft.com/l/meetup-join/19%3ameeting_QWJj%40thread',
    'https://teams.microsoft.com/l/meetup-join/19%3ameeting_QWJj%40thread.v',
    'https://teams.microsoft.com/dl/launcher/launcher.html?url=%2F_%23%2Fl%2Fmeetup-join%2F19%3Ameeting_QW',
    'https://teams.microsoft.com/meet/23456',
    'https://acme.zoom.us/j/987 6543 2101',
    'https://acme.zoom.us/launch/jc/98765432101',
    'https://video.acme.example/',
    'Meeting ID: 987 6543 2101\nPasscode: 123456',
    'Meeting ID: 234 567 890 123\nPasscode: abC\n+1 301 715 8592,,98765432101# US',
  ])('%j is no meeting', (text) => {
    expect([find({ body: text }), find({ location: text })]).toEqual([null, null]);
  });
});

describe('a login token', () => {
  const host = 'https://acme.zoom.us/s/98765432101';

  it.each([
    [`${host}?zak=H&pwd=Ab.1`, `${host}?pwd=Ab.1`],
    [`${ROOM}?pwd=Ab.1&zak=H&tk=T`, `${ROOM}?pwd=Ab.1&tk=T`],
    [`${ROOM}?ZAK=H`, ROOM],
    [`${ROOM}?pwd=Ab.1&z%61k=H`, ZOOM],
    [`${ROOM}?pwd=Ab.1&zak`, ZOOM],
    [`${ROOM}#zak=H`, ROOM],
    ['https://video.acme.example/j/1?zak=H&pwd=Ab.1', 'https://video.acme.example/j/1?pwd=Ab.1'],
    [WRAP_LINK.google?.(`${ROOM}?zak=H&pwd=Ab.1`) ?? '', ZOOM],
    ['zoommtg://acme.zoom.us/join?confno=98765432101&zak=H&pwd=Ab.1', ZOOM],
    ['https://app.zoom.us/wc/98765432101/start?zak=H', 'https://app.zoom.us/wc/98765432101/start'],
  ])('is cut from %s', (location, right) => {
    expect(find({ location })).toBe(right);
  });
});

describe('the better link', () => {
  it.each<[string, Partial<MeetingLinkSources>, string]>([
    ['a passcode in the title', { title: ZOOM, location: ROOM }, ZOOM],
    ['a meeting in the title and a chat in the body', { title: ZOOM, body: 'https://discord.gg/abc' }, ZOOM],
    [
      'a meeting, not the provider’s stream',
      { entryPoints: ['https://stream.meet.google.com/stream/a'], body: ZOOM },
      ZOOM,
    ],
    ['a page for participants, not the host’s', { body: `${ROOM.replace('/j/', '/s/')} ${ROOM}` }, ROOM],
    ['an own host without a scheme', { location: 'video.acme.example/weekly' }, 'https://video.acme.example/weekly'],
    [
      'an own host in a wrapper',
      { body: WRAP_LINK.safeLinks?.('https://video.acme.example/weekly') ?? '' },
      'https://video.acme.example/weekly',
    ],
  ])('is %s', (_, sources, right) => {
    expect(find(sources)).toBe(right);
  });
});
