import { describe, expect, it } from 'vitest';
import { findMeetingLink, type MeetingLinkSources } from '../../../shared/meeting-links/list-meeting-links.ts';

const NOWHERE = { title: null, entryPoints: [], location: null, body: null };
const find = (sources: Partial<MeetingLinkSources>): string | null =>
  findMeetingLink({ ...NOWHERE, ...sources })?.url ?? null;

const ROOM = 'https://acme.zoom.us/j/98765432101';
const WHOLE = `${ROOM}?pwd=bXktcGFzcw.1`;
const MEET = 'https://meet.google.com/kpq-rstu-vwx';
const wrapped = (link: string) => `https://www.google.com/url?q=${encodeURIComponent(link)}`;

describe('a link whose passcode is cut', () => {
  const cut = [
    `${ROOM}?pwd=bXktc…`,
    `${ROOM}?pwd=bXktc...`,
    `${ROOM}?pwd=bXktc....`,
    `${ROOM}?pwd=bXktc%E2%80%A6`,
    `${ROOM}?pwd=bX...cw`,
    `${ROOM}?pwd=bXktc%`,
    `${ROOM}?pwd=bXktc%3`,
    `${ROOM}?from=x&pwd=bXktc…`,
    wrapped(`${ROOM}?pwd=bXktc…`),
    `${wrapped(`${ROOM}?pwd=bXktc`)}…`,
  ];

  it.each(cut)('does not win against the whole one: %s', (link) => {
    expect(find({ location: link, body: WHOLE })).toBe(WHOLE);
    expect(find({ location: `(${link})`, body: `<a href="${WHOLE}">Join</a>` })).toBe(WHOLE);
    expect(find({ entryPoints: [link], body: WHOLE })).toBe(WHOLE);
    expect(find({ body: `<a href="${link}">${link}</a> ${WHOLE}` })).toBe(WHOLE);
  });

  it.each(cut)('joins without it when there is no other: %s', (link) => {
    expect([find({ location: link }), find({ entryPoints: [link] })].map((url) => url?.replace('?from=x', ''))).toEqual(
      [ROOM, ROOM],
    );
  });
});

describe('a link whose meeting is cut', () => {
  it.each([
    'https://acme.zoom.us/j/987654321...',
    'https://acme.zoom.us/j/987654321…',
    'https://acme.zoom.us/j/987654321%',
    'https://acme.zoom.us/j/987654321...01?pwd=Ab',
    'acme.zoom.us/j/987654321…',
    'https://teams.microsoft.com/meet/234567890...',
    'https://teams.microsoft.com/meet/234567890…',
    'https://meet.google.com/kpq-rstu-',
    'https://meet.google.com/kpq-rstu-v',
    'https://meet.google.com/kpq-rstu-vw',
    'https://meet.google.com/kpq-r…',
    'https://acme.webex.com/meet/pat…',
    `${wrapped('https://acme.zoom.us/j/987654321')}…`,
  ])('is no link: %s', (link) => {
    for (const whole of [WHOLE, MEET]) expect(find({ location: link, body: whole })).toBe(whole);
    expect([find({ location: link }), find({ body: `Join ${link} now` }), find({ entryPoints: [link] })]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('a Teams link whose context is cut', () => {
  it.each(['…', '...', '%', '%2'])('does not win against the whole one: %s', (end) => {
    const thread = 'https://teams.microsoft.com/l/meetup-join/19%3ameeting_QWJj%40thread.v2/0';
    const whole = `${thread}?context=%7b%22Tid%22%3a%22t%22%7d`;
    expect(find({ location: `${thread}?context=%7b%22Tid${end}`, body: whole })).toBe(whole);
    expect(find({ location: `${thread}?context=%7b%22Tid${end}` })).toBe(thread);
  });
});

describe('a whole link', () => {
  it.each([`${WHOLE}…`, `${ROOM}...`, `${MEET}…`, `${MEET}...`, `${WHOLE}%E2%80%A6`])(
    'may end a sentence that goes on: %s',
    (text) => {
      const right = text.replace(/(?:…|\.{3}|%E2%80%A6)$/, '');
      expect([find({ location: text }), find({ entryPoints: [text] })]).toEqual([right, right]);
    },
  );

  it.each([`${ROOM}?pwd=Ab. Then`, `${ROOM}?pwd=Ab.. Then`, `${ROOM}?pwd=Ab … then`])('ends before %s', (text) => {
    expect(find({ location: text })).toBe(`${ROOM}?pwd=Ab`);
  });
});
