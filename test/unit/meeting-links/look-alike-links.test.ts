import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMeetingLink } from '../../../shared/meeting-links/list-meeting-links.ts';

const NOWHERE = { title: null, entryPoints: [], location: null, body: null };
const hosts = ['video.acme.example'];
const find = (location: string): string | null => findMeetingLink({ ...NOWHERE, location }, hosts)?.url ?? null;
const findIn = (body: string): string | null => findMeetingLink({ ...NOWHERE, body }, hosts)?.url ?? null;

const ZOOM = 'zoom.us/j/5551112222';
const MEET = 'meet.google.com/abc-defg-hij';

describe('a meeting host inside the text of another host', () => {
  it.each([
    ...Array.from('\\,|(\'/;:"~+*!$@=&?#%^`[{-_／⁄∕，、＼？＃', (character) => `https://evil.test${character}${ZOOM}`),
    `https://evil.test/x,${ZOOM}`,
    `https://evil.test/x(${ZOOM})`,
    `https://evil.test/x:${ZOOM}`,
    `https://evil.test/?u='${ZOOM}'`,
    `evil.test/(${ZOOM})`,
    `evil.test:${ZOOM}`,
    `evil.test?u=(${ZOOM})`,
    `me@evil.test(${ZOOM})`,
    `https://user:${MEET}`,
    `https://@${ZOOM}`,
    `https://:@${MEET}`,
    `ftp://x:${ZOOM}`,
    ...[
      'café',
      'е',
      'т',
      '会',
      'evil‐',
      'evil‑',
      'evil–',
      'evil~',
      'me+',
      'evil&',
      'evil*',
      'evil!',
      'evil$',
      'ſ',
    ].flatMap((start) => [start + ZOOM, start + MEET]),
    `https://evil.test/?https://${ZOOM}`,
    `https://evil.test/#https://${MEET}`,
    `https://evil.test/a?b&https://${ZOOM}`,
    `https://evil.test/?u%3Dhttps://${ZOOM}`,
    `https://evil.test/%23https://${ZOOM}`,
    `https://evil.test\\https://${ZOOM}`,
    `https://me@https://${ZOOM}`,
    `evil.test/?https://${ZOOM}`,
    `https://evil.test/?a=1,https://${ZOOM}`,
    `https://evil.test/?a=1,https://x.test,https://${ZOOM}`,
    `https://evil.test/?a=(https://${ZOOM})`,
    `https://evil.test/#xhttps://${ZOOM}`,
    `evil.test?a;https://${ZOOM}`,
    `evil.test/x=https://${ZOOM}`,
    `https://evil.test/,video.acme.example/weekly`,
    'cafévideo.acme.example/weekly',
  ])('is not taken: %s', (text) => {
    expect([find(text), findIn(text), findIn(`<p>Join: ${text}</p>`)]).toEqual([null, null, null]);
  });

  it.each([
    `<b>https://evil.test/</b>${ZOOM}`,
    `evil-<span>${ZOOM}</span>`,
    `<a href="https://evil.test/">https://evil.test/?u=</a>${ZOOM}`,
    `<i>https://evil.test/?</i>https://${ZOOM}`,
    `<i>https://evil.test/</i>?https://${ZOOM}`,
    `https://evil.test/&#92;${ZOOM}`,
  ])('is not taken when tags or entities are between: %s', (body) => {
    expect(findIn(body)).toBeNull();
  });

  it('is never taken, whatever part of the other host’s link is in front', () => {
    const host = fc.constantFrom(
      'evil.test',
      'a.evil-b.co',
      'xn--caf-dma.fr',
      'evil.test:8443',
      'me@evil.test',
      'café.fr',
    );
    const path = fc.stringMatching(/^[/?#\\](?:[\w.~!$&'()*+,;=:@/?%-]|é|т|／){0,12}$/);
    const joint = fc.constantFrom(...Array.from('-_~!$&\'()*+,;=:@/?#%[]|\\^`{}"éт会‐／⁄。０'), '');
    const scheme = fc.constantFrom('https://', 'http://', '');
    const meeting = fc.constantFrom(ZOOM, MEET, 'video.acme.example/weekly');
    fc.assert(
      fc.property(scheme, host, fc.oneof(path, fc.constant('')), joint, meeting, (start, name, rest, glue, link) => {
        expect(find(start + name + rest + glue + link)).toBeNull();
      }),
      { numRuns: 5000 },
    );
  });

  it('is never taken behind a character that may be part of a name', () => {
    const character = fc.constantFrom(...Array.from('-_~!$&*+,;=@/?#%\\|éтß会ա‐‑–／⁄。．１'));
    const word = fc.constantFrom('', 'evil', 'Zoom', '会議', 'x1');
    fc.assert(
      fc.property(word, character, fc.constantFrom(ZOOM, MEET), (start, glue, link) => {
        expect(find(start + glue + link)).toBeNull();
      }),
    );
  });
});

describe('a meeting host at the start of its own text', () => {
  it.each([
    ZOOM,
    `Zoom: ${ZOOM}`,
    `Zoom:${ZOOM}`,
    `Zoom(${ZOOM})`,
    `(${ZOOM})`,
    `"${ZOOM}"`,
    `'${ZOOM}'`,
    `[${ZOOM}]`,
    `<${ZOOM}>`,
    `>${ZOOM}`,
    `会議：${ZOOM}`,
    `会議（${ZOOM}）`,
    `“${ZOOM}”`,
    `«${ZOOM}»`,
    `Agenda https://docs.test/x\n${ZOOM}`,
  ])('is taken without a scheme: %s', (text) => {
    expect(find(text)).toBe(`https://${ZOOM}`);
  });

  it('is taken between tags with a scheme', () => {
    expect(findIn(`<span>https://docs.test/</span><span>https://${ZOOM}</span>`)).toBe(`https://${ZOOM}`);
    expect(findIn(`<span>https://docs.test/?x=1</span><span>https://${ZOOM}</span>`)).toBe(`https://${ZOOM}`);
  });

  it('does not end with the passcode of a copy glued to it', () => {
    const link = `https://${ZOOM}?pwd=Ab`;
    expect(find(link + link)).toBe(link);
  });

  it.each([`<b>${ZOOM}</b>`, `<b>Zoom:</b>${ZOOM}`, `<td>Zoom</td><td>${ZOOM}</td>`, `Where:<br>${ZOOM}`])(
    'is taken between tags: %s',
    (body) => {
      expect(findIn(body)).toBe(`https://${ZOOM}`);
    },
  );

  it.each([
    `https://docs.test/x,https://${ZOOM}`,
    `https://docs.test/xhttps://${ZOOM}`,
    `[https://docs.test/x](https://${ZOOM})`,
    `https://docs.test/x|https://${ZOOM}`,
    `[https://docs.test/?x=1](https://${ZOOM})`,
    `"https://docs.test/?x=1","https://${ZOOM}"`,
    `See docs.test:https://${ZOOM}`,
    `pat@acme.test:https://${ZOOM}`,
    `URL=https://${ZOOM}`,
    `Joinhttps://${ZOOM}`,
    `Can you join?https://${ZOOM}`,
    `_https://${ZOOM}`,
  ])('is taken behind another link, with a scheme: %s', (text) => {
    expect(find(text)).toBe(`https://${ZOOM}`);
  });
});
