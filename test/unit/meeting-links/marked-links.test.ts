import { describe, expect, it } from 'vitest';
import { findMeetingLink, type MeetingLinkSources } from '../../../shared/meeting-links/list-meeting-links.ts';

const NOWHERE = { title: null, entryPoints: [], location: null, body: null };
const find = (sources: Partial<MeetingLinkSources>): string | null =>
  findMeetingLink({ ...NOWHERE, ...sources })?.url ?? null;

const ROOM = 'https://acme.zoom.us/j/98765432101';
const ZOOM = `${ROOM}?pwd=Ab.1`;

describe('characters that no one sees', () => {
  it.each(['\u061c', '\u034f', '\u180e', '\u200b', '\u200e', '\u202c', '\u2060', '\u206f', '\ufeff'])(
    'do not count, raw or escaped: %j',
    (mark) => {
      for (const character of [mark, encodeURIComponent(mark), encodeURIComponent(mark).toLowerCase()]) {
        for (const text of [
          ZOOM + character,
          ZOOM.replace('654', `6${character}54`),
          ZOOM.replace('Ab', `A${character}b`),
        ]) {
          expect(find({ body: text })).toBe(ZOOM);
          expect(find({ body: `<a href="${text}">x</a>` })).toBe(ZOOM);
          expect(find({ entryPoints: [text] })).toBe(ZOOM);
        }
      }
    },
  );

  it('count inside of a name', () => {
    const room = 'https://meet.jit.si/%E0%A4%95%E0%A5%8D%E2%80%8D%E0%A4%B7';
    expect(find({ entryPoints: [room] })).toBe(room);
  });
});

describe('marks around a link', () => {
  it.each<[string, string]>([
    ...['_', '__', '~', '*', '**', '**_', '_**'].map(
      (mark) => [mark, Array.from(mark).reverse().join('')] satisfies [string, string],
    ),
    ['“', '”'],
    ['«', '»'],
    ['「', '」'],
    ['（', '）'],
  ])('are not part of it: %s', (open, close) => {
    for (const link of [ROOM, ZOOM]) {
      for (const end of ['', '.', ', please', '\n']) {
        expect(find({ body: `Join: ${open}${link}${close}${end}` })).toBe(link);
        expect(find({ location: `${open}${link}${close}${end}` })).toBe(link);
      }
    }
  });

  it.each(['…', '”', '“', '’', '»', '。', '、', '）', '」', '~', '%E2%80%9D', '%E2%80%99', '%C2%BB'])(
    'are not part of an entry point or href: %s',
    (end) => {
      expect(find({ entryPoints: [ZOOM + end] })).toBe(ZOOM);
      expect(find({ body: `<a href="${ZOOM}${end}">x</a>` })).toBe(ZOOM);
    },
  );

  it('are part of it when only its end has them', () => {
    expect(find({ body: `${ROOM}?pwd=Ab_` })).toBe(`${ROOM}?pwd=Ab_`);
    expect(find({ body: `_Join:_ ${ROOM}?pwd=Ab_` })).toBe(`${ROOM}?pwd=Ab_`);
  });
});
