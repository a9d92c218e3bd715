import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyMeetingUrl } from '../../../shared/meeting-links/classify-meeting-url.ts';
import { findMeetingLink } from '../../../shared/meeting-links/list-meeting-links.ts';
import { meetingJoinKey } from '../../../shared/meeting-links/meeting-join-key.ts';
import { cpuMilliseconds } from '../../support/cpu-milliseconds.ts';
import { SAMPLE_MEETING_URLS } from './sample-meeting-urls.ts';
import { WRAP_LINK } from './wrap-link.ts';

const NOWHERE = { title: null, entryPoints: [], location: null, body: null };

const codeUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }))
  .map((units) => units.map((unit) => String.fromCharCode(unit)).join(''));

const { safeLinks, proofpointV2, google } = WRAP_LINK;
const inThreeWrappers = (link: string): string =>
  [google, proofpointV2, safeLinks].reduce((inner, wrap) => wrap?.(inner) ?? inner, link);

const words = (text: string) => text.trim().split(/\s+/);

const FRAGMENTS = words(`
  https:// http: zoommtg:// zoom.us /j/123456789 meet.google.com/abc-defg-hij ?pwd= ?url= &q= confno=123456789
  < > " ' ( ) [ {" "} % %3E %22 %C3 &amp; &#38; &lt; & ; # @ \\ é 会 * ** __; !! . / <a <wbr> </a> href="
  https://www.google.com/url?q= https://urldefense.com/v3/__ https://www.bing.com/ck/a?u=a1 aHR0cHM6Ly8
  https://teams.microsoft.com/dl/launcher/launcher.html?url= /light-meetings/launch?coords=
  <s> </s> <del style="line-through"> </del> zak= Passcode: https://protect.checkpoint.com/v2/___ ___. https%253A%252F%252F
`).concat(' ', '\n', '\0', '\u200b', '\ud800');
const dirt = fc.oneof(
  codeUnits,
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...FRAGMENTS),
        fc.constantFrom(...SAMPLE_MEETING_URLS).map(([url]) => url),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

describe('findMeetingLink, for any text', () => {
  it('never throws, returns a link that parses, and finds that link in itself again', () => {
    fc.assert(
      fc.property(dirt, fc.constantFrom('entryPoints', 'location', 'body'), (text, source) => {
        const link = findMeetingLink({ ...NOWHERE, [source]: source === 'entryPoints' ? [text] : text });
        if (!link) return;
        expect(URL.canParse(link.url)).toBe(true);
        expect(link.url).toMatch(/^[!-~]+$/);
        expect(findMeetingLink({ ...NOWHERE, entryPoints: [link.url] })).toEqual(link);
        expect(classifyMeetingUrl(link.url)?.platform ?? 'unknown').toBe(link.platform);
      }),
      { numRuns: 3000 },
    );
  });

  it('never throws when it makes a key or classifies', () => {
    fc.assert(
      fc.property(dirt, (text) => {
        expect(meetingJoinKey(text)).toMatch(/^[\w]+:/);
        expect(classifyMeetingUrl(text)?.platform).not.toBe('unknown');
      }),
    );
  });

  it('finds the same link with any text around it', () => {
    const before = fc.constantFrom('', ...words('<p> ( [" &lt; 会議： “ &nbsp; <br/>'), 'Join: ', '\n', '>>> ', '* ');
    const after = fc.constantFrom('', ...words(`. ) > ">Join</a> &gt; %3E ! </p> ”、 ?" );`), ' tomorrow', '\r\n');
    const wrap = fc.constantFrom((link: string) => link, ...Object.values(WRAP_LINK));
    const http = SAMPLE_MEETING_URLS.filter(([url]) => url.startsWith('http'));
    fc.assert(
      fc.property(fc.constantFrom(...http), before, after, wrap, ([url, platform], start, end, wrapLink) => {
        expect(findMeetingLink({ ...NOWHERE, body: start + wrapLink(url) + end })).toEqual({ url, platform });
      }),
      { numRuns: 1000 },
    );
  });
});

const SECOND_MS = 1000;

describe('findMeetingLink, for a megabyte of hostile text', () => {
  const fill = (piece: string) => piece.repeat(Math.ceil(2 ** 20 / piece.length));
  const number = (piece: (index: number) => string) => {
    const pieces = Array.from({ length: Math.ceil(2 ** 20 / piece(0).length) }, (_, index) => piece(index));
    return pieces.join('');
  };

  const PIECES = words(`
    https:// < <a & &amp; &#38; a. -. % %3E {" https://{" https://a{"b" zoom.us/ a.zoom.us * ) h __; <wbr>
    href= href=" href=' https://www.google.com/url?q= https://urldefense.com/v3/__ https://a/?u=https://
    http %25 <s> <s></s> <s <a><s></s> ?pwd= ?pwd=aPasscode: style=line-through a<https://b <https://a
    ~~ ~~a ~~a~ <!-- <!-- --> https://zoom.us/j/123456789 _https://zoom.us/j/123456789_ ( (zoom.us/ %20 … ... _ ~ é
    a.test/?https:// https://a.test/%3F &p=a /j/123456789- Passcode Code%20 %E2%81%A0 <b> <br> <a><b><s></s></b></a>
  `).concat(
    'https:// ',
    '<https://a\n',
    '<https://a \r\n ',
    '<https://a?b=c=\r\n',
    '=\n',
    'https://zoom.us/j/123456789?pwd=Passcode one two three four five ',
    '\u0001',
    '<span style="line-through">',
    '<a ',
    '<a href="',
    'https://zoom.us/j/123456789 ',
    ' ',
    '\0',
    '\u200b',
    '\ud800',
  );

  it.each(PIECES)('takes less than a second a megabyte for a repeated %j', (piece) => {
    expect(millisecondsFor(fill(piece))).toBeLessThan(2 * SECOND_MS);
  });

  it.each<[string, (index: number) => string]>([
    ['links', (index) => `https://zoom.us/j/${100_000_000 + index} `],
    ['wrapped links', (index) => `https://www.google.com/url?q=https%3A%2F%2Fzoom.us%2Fj%2F${100_000_000 + index} `],
    ['links in three wrappers', (index) => `${inThreeWrappers(`https://zoom.us/j/${100_000_000 + index}`)} `],
    ['long folded links', (index) => `<https://zoom.us/j/${100_000_000 + index}${'\r\n a'.repeat(2000)} `],
    ['tags with many quotes', (index) => `<a ${index} ${`"'x"`.repeat(2000)} `],
    ['tags with long styles', (index) => `<a ${index} line-through ${'style='.repeat(2000)} `],
    ['long brackets', (index) => `https://zoom.us/j/123456789?${index}${')'.repeat(8000)} `],
    ['long junk', (index) => `https://zoom.us/j/123456789?${index}${'*'.repeat(8000)} `],
    ['long Proofpoint links', (index) => `https://urldefense.com/v3/__${index}${'__;a'.repeat(1900)} `],
    ['long hosts', (index) => `https://${index}${'.a'.repeat(4000)} `],
    ['long queries', (index) => `https://www.google.com/url?${index}${'&a'.repeat(3900)} `],
    ['long fragments', (index) => `https://teams.microsoft.com/_?#${index}${'?#'.repeat(3900)} `],
    ['long paths', (index) => `https://a.webex.com/webappng/sites/a/${index}${'aa/'.repeat(2500)} `],
    ['long escapes', (index) => `https://a.webex.com/meet/${index}${'%25'.repeat(2500)} `],
    ['links of glued words', (index) => `https://zoom.us/j/${100_000_000 + index}?pwd=aPasscode: 1`],
    ['long blanks in a passcode', (index) => `https://zoom.us/j/123456789?${index}&pwd=a${'%20'.repeat(2600)} `],
    ['long words in a passcode', (index) => `https://zoom.us/j/123456789?${index}&pwd=a${'Code%20'.repeat(1100)} `],
    ['long lines with soft breaks', (index) => `<https://zoom.us/j/${index}${`/${'a'.repeat(150)}=\r\n`.repeat(50)}> `],
    ['long escaped queries', (index) => `https://whereby.com/${index}${'%253Fa'.repeat(1300)} `],
    ['long entities', (index) => `https://a.webex.com/meet/${index}&${'amp;'.repeat(1900)} `],
  ])('takes less than a second a megabyte for many different %s', (_, piece) => {
    expect(millisecondsFor(number(piece))).toBeLessThan(2 * SECOND_MS);
  });

  /** The faster one of two extractions. The text stands in two places, so it may take two seconds. */
  function millisecondsFor(text: string): number {
    const find = () => findMeetingLink({ title: null, entryPoints: [text], location: null, body: text });
    return Math.min(cpuMilliseconds(find), cpuMilliseconds(find));
  }
});
