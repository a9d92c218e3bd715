import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveLink } from '../../../shared/meeting-links/resolve-link.ts';
import { SAMPLE_MEETING_URLS } from './sample-meeting-urls.ts';
import { WRAP_LINK } from './wrap-link.ts';

const resolve = (link: string) => resolveLink(link)?.url ?? null;

/** As delivered, ids replaced. */
const DELIVERED: readonly (readonly [string, string])[] = [
  [
    'https://nam10.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F123456789%3Fpwd%3DabC.1&amp;data=05%7C02&amp;reserved=0',
    'https://zoom.us/j/123456789?pwd=abC.1',
  ],
  [
    'https://www.google.com/url?q=https://zoom.us/j/123456789?pwd%3DabC&sa=D&source=calendar&usg=x',
    'https://zoom.us/j/123456789?pwd=abC',
  ],
  [
    'https://urldefense.proofpoint.com/v2/url?u=https-3A__zoom.us_j_123456789-3Fpwd-3DabC-2Dd-5Fe&d=DwMF&c=x',
    'https://zoom.us/j/123456789?pwd=abC-d_e',
  ],
  [
    'https://urldefense.com/v3/__https://teams.microsoft.com/l/meetup-join/19*3ameeting_x*40thread.v2/0?context=*7b*22Tid*22*3a*221*22*7d__;JSUlJSUlJSUl!!AbC!x$',
    'https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%22Tid%22%3a%221%22%7d',
  ],
  ['https://urldefense.com/v3/__https:/zoom.us/j/123456789__;!!AbC!x$', 'https://zoom.us/j/123456789'],
  ['https://urldefense.com/v3/__https://zoom.us/j/123456789?a=%2A2F__;JQ!!x$', 'https://zoom.us/j/123456789?a=%2F'],
  ['http://https://zoom.us/j/123456789', 'https://zoom.us/j/123456789'],
  // What is left of redirects that people copied.
  ['https://zoom.us/j/123456789%3Fpwd%3DabC', 'https://zoom.us/j/123456789?pwd=abC'],
  ['https://zoom.us/j/123456789%253Fpwd%253DabC', 'https://zoom.us/j/123456789?pwd=abC'],
  ['https://zoom.us/j/123456789%3Fpwd=abC', 'https://zoom.us/j/123456789?pwd=abC'],
  [
    'https://teams.microsoft.com/meet/2345678901234%3Fp%3DAb12%26anon%3Dtrue&sa=D',
    'https://teams.microsoft.com/meet/2345678901234?p=Ab12&anon=true',
  ],
  [
    'https://v.ringcentral.com/join/123456789?pw%3DAb12&sa=D&source=calendar',
    'https://v.ringcentral.com/join/123456789?pw=Ab12',
  ],
  ['https://v.ringcentral.com/join/123456789%3Fpw%3DAb12', 'https://v.ringcentral.com/join/123456789?pw=Ab12'],
  ['https://acme.webex.com/acme/j.php?MTID%3Dm0a1b&sa=D', 'https://acme.webex.com/acme/j.php?MTID=m0a1b'],
  ['https://acme.webex.com/acme/j.php%3FMTID%3Dm0a1b', 'https://acme.webex.com/acme/j.php?MTID=m0a1b'],
  ['https://whereby.com/acme%3Flang%3Dde', 'https://whereby.com/acme?lang=de'],
  // … or the path of a link without a query.
  ['https://zoom.us/j/123456789&sa=D&source=calendar&ust=1', 'https://zoom.us/j/123456789'],
  ['https://meet.google.com/abc-defg-hij&amp;sa=D&amp;usg=x', 'https://meet.google.com/abc-defg-hij'],
  [
    'https://teams.microsoft.com.mcas.ms/meet/2345678901234?p=Ab12',
    'https://teams.microsoft.com/meet/2345678901234?p=Ab12',
  ],
  ['https://acme.zoomgov.com.mcas-gov.us/j/1601234567', 'https://acme.zoomgov.com/j/1601234567'],
  ['https://safe.menlosecurity.com/https://zoom.us/j/123456789?pwd=abC', 'https://zoom.us/j/123456789?pwd=abC'],
  ['https://urldefense.us/v2/url?u=https-3A__zoom.us_j_123456789&d=DwMF', 'https://zoom.us/j/123456789'],
  ['https://urldefense.us/v3/__https://zoom.us/j/123456789**A__;Pz8!!AbC!x$', 'https://zoom.us/j/123456789'],
  [
    'https://teams.microsoft.com/dl/launcher/launcher.html?url=%2F_%23%2Fmeet%2F2123456789012%3Fp%3DaB3%26anon%3Dtrue&type=meet&directDl=true',
    'https://teams.microsoft.com/meet/2123456789012?p=aB3&anon=true',
  ],
  [
    'https://gov.teams.microsoft.us/dl/launcher/launcher.html?url=%2f_%23%2fl%2fmeetup-join%2f19%3ameeting_x%40thread.v2%2f0%3fcontext%3d%257b%257d&type=meetup-join',
    'https://gov.teams.microsoft.us/l/meetup-join/19:meeting_x@thread.v2/0?context=%7b%7d',
  ],
  [
    'https://teams.microsoft.com/dl/launcher/launcher.html?url=/_#/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d',
    'https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d',
  ],
  ['https://www.bing.com/ck/a?!&&p=0a&u=a1aHR0cHM6Ly96b29tLnVzL2ovMTIzNDU2Nzg5&ntb=1', 'https://zoom.us/j/123456789'],
  [
    'https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fzoom.us%2fj%2f123456789&c=E,1,x&typo=1',
    'https://zoom.us/j/123456789',
  ],
  [
    'zoommtg://us02web.zoom.us/join?action=join&confno=81234567890&pwd=abC&zc=0&uname=Jane',
    'https://us02web.zoom.us/j/81234567890?pwd=abC',
  ],
  ['zoomus://zoom.us/join?confno=123456789&tk=t', 'https://zoom.us/j/123456789?tk=t'],
];

describe('resolveLink', () => {
  it.each(DELIVERED)('unwraps %s', (wrapped, link) => {
    expect(resolve(wrapped)).toBe(link);
  });

  it.each([
    ['a wrapper of something else', 'https://www.google.com/url?q=mailto:jane@example.com'],
    ['an empty wrapper', 'https://eur02.safelinks.protection.outlook.com/?url=&data=05'],
    ['a wrapper without its parameter', 'https://linkprotect.cudasvc.com/url?c=E'],
    ['broken base64', 'https://www.bing.com/ck/a?u=a1____'],
    ['a Proofpoint link that keeps no characters', 'https://urldefense.com/v3/__zoom.us__;!!x$'],
    ['an opaque wrapper', 'https://protect-eu.mimecast.com/s/AbCdEf?domain=zoom.us'],
    [
      'a host that only looks like a wrapper',
      'https://safelinks.protection.outlook.com.evil.com/?url=https%3A%2F%2Fzoom.us',
    ],
    ['a host that only looks like a proxy', 'https://zoom.us.mcas.ms.evil.com/j/123456789'],
    ['a native link without a meeting number', 'zoommtg://zoom.us/join?confid=x'],
    ['a native link with too long a number', 'zoommtg://zoom.us/join?confno=1234567890123'],
  ])('leaves %s as it is', (_, link) => {
    expect(resolve(link)).toBe(link);
  });

  it('keeps a launcher on its own host', () => {
    const launch = (target: string) =>
      resolve(`https://teams.microsoft.com/dl/launcher/launcher.html?url=${encodeURIComponent(target)}`);
    expect(launch('//evil.com/x')).toBe('https://teams.microsoft.com//evil.com/x');
    expect(launch('.evil.com/x')).toContain('https://teams.microsoft.com/dl/');
    expect(launch('@evil.com/x')).toContain('https://teams.microsoft.com/dl/');
  });

  it.each(Object.entries(WRAP_LINK))('returns the link that %s wraps', (_, wrap) => {
    // Without dots: Proofpoint v3 puts a link's fragment into a path, where the parser removes "/./".
    const parts = fc.stringMatching(/^[\w/:?=&%#{}~$!@+;,()*-]{0,60}$/);
    const links = fc
      .tuple(
        fc.constantFrom('https://zoom.us/j/123456789?pwd=', 'https://meet.acme.org/', 'http://acme.org/?q='),
        parts,
      )
      .map(([start, rest]) => resolve(new URL(start + rest).href))
      .filter((link) => link !== null);
    fc.assert(
      fc.property(links, (link) => {
        expect(resolve(wrap(link))).toBe(link);
      }),
    );
    for (const [url] of SAMPLE_MEETING_URLS.filter(([link]) => link.startsWith('http'))) {
      expect(resolve(wrap(url))).toBe(url);
    }
  });

  it('unwraps up to eight wrappers in any order', () => {
    const layers = fc.array(fc.constantFrom(...Object.values(WRAP_LINK)), { maxLength: 4 });
    fc.assert(
      fc.property(layers, (wraps) => {
        const link = 'https://zoom.us/j/123456789?pwd=a%2Bb';
        expect(resolve(wraps.reduce((inner, wrap) => wrap(inner), link))).toBe(link);
      }),
    );

    const wrapTimes = (times: number) =>
      Array.from({ length: times }).reduce<string>(
        (inner) => `https://linkprotect.cudasvc.com/url?a=${encodeURIComponent(inner)}`,
        'https://zoom.us/j/123456789',
      );
    expect(resolve(wrapTimes(8))).toBe('https://zoom.us/j/123456789');
    expect(resolve(wrapTimes(9))).toBeNull();
  });
});
