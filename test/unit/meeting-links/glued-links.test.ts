import { describe, expect, it } from 'vitest';
import { findMeetingLink, type MeetingLinkSources } from '../../../shared/meeting-links/list-meeting-links.ts';

const NOWHERE = { title: null, entryPoints: [], location: null, body: null };
const find = (sources: Partial<MeetingLinkSources>): string | null =>
  findMeetingLink({ ...NOWHERE, ...sources })?.url ?? null;

const ROOM = 'https://acme.zoom.us/j/98765432101';
const ZOOM = `${ROOM}?pwd=Ab.1`;
const SHORT_TEAMS = 'https://teams.microsoft.com/meet/2345678901234?p=Ab12';
const TEAMS =
  'https://teams.microsoft.com/l/meetup-join/19%3ameeting_QWJj%40thread.v2/0?context=%7b%22Tid%22%3a%22t%22%7d';
const MEET = 'https://meet.google.com/kpq-rstu-vwx';
const WEBEX = 'https://acme.webex.com/acme/j.php?MTID=m0123456789abcdef0123456789abcdef';

describe('the next line of an invitation, glued to a link', () => {
  it.each([
    'Passcode: 1',
    'Access code: 1',
    'Access Code : 1',
    'Code secret : 1',
    'Code d’accès : 1',
    'Mot de passe : 1',
    'ID de réunion : 1',
    'ID de reunión: 1',
    'Código de acceso: 1',
    'Contraseña: 1',
    'Clave: 1',
    'Senha: 1',
    'Senha de acesso: 1',
    'Codice d’accesso: 1',
    'ID riunione: 1',
    'Besprechungs-ID: 234',
    'Meeting-ID: 234',
    'Kenncode: 1',
    'Wachtwoord: 1',
    'Hasło: 1',
    'Lösenord: 1',
    'Adgangskode: 1',
    'One tap mobile: +1',
    'Dial-in: +1',
    'Код доступа: 1',
    'Идентификатор конференции: 1',
    'לחצו כאן',
    'קוד גישה: 1',
    'انضم',
    'رمز المرور: 1',
    '会議ID: 1',
    '암호: 1',
    'Κωδικός: 1',
    ';Passcode: 1',
    'One tap mobile\n+1',
    'Meeting ID 987 654',
    'Dial by your location',
    '%20Passcode:%20123',
    '%0APasscode:%20123',
    '%0D%0AMeeting%20ID:%20123',
  ])('is cut: %s', (words) => {
    for (const link of [ZOOM, `${ROOM}?pwd=xyQrSt`, ROOM, SHORT_TEAMS, TEAMS, MEET, WEBEX]) {
      expect(find({ location: link + words })).toBe(link);
      expect(find({ body: `Join: ${link}${words}\nSee you` })).toBe(link);
      expect(find({ entryPoints: [link + words] })).toBe(link);
      expect(find({ body: `<a href="${link}${words}">x</a>` })).toBe(link);
    }
  });

  it.each([
    [`${ROOM}?pwd=QrStUv.1&jst=2Passcode: 1`, `${ROOM}?pwd=QrStUv.1&jst=2`],
    [`${ROOM}?pwd=QrStUv.1&jst=2%20Passcode:%201`, `${ROOM}?pwd=QrStUv.1&jst=2`],
    [`${ROOM}?pwd=QrStUv.1#successMeeting ID: 1`, `${ROOM}?pwd=QrStUv.1#success`],
    ['https://acme.zoom.us/my/pat.leePasscode: 1', 'https://acme.zoom.us/my/pat.lee'],
    ['https://acme.zoom.us/my/pat.leeMeeting ID: 1', 'https://acme.zoom.us/my/pat.lee'],
    [`${MEET}Or dial: (US) +1 234`, MEET],
    [`${ROOM}?pwd=xyAbSpotkanie: 1`, `${ROOM}?pwd=xyAb`],
    [`${MEET}Join by phone`, MEET],
    [`${ROOM}Join Zoom Meeting`, ROOM],
    [`${ROOM}#successPasscode: 1`, `${ROOM}#success`],
    [`${ZOOM}Join Zoom Meeting`, ZOOM],
    [`${ZOOM}Mã cuộc họp: 1`, ZOOM],
    [`${ROOM}?pwd=xyMã cuộc họp: 1`, `${ROOM}?pwd=xy`],
    [`${ROOM}?pwd=xyAbÜbergabe: 1`, `${ROOM}?pwd=xyAb`],
    [`${ZOOM}Kokouksen tunnus: 1`, ZOOM],
    [`${ZOOM}%3Cbr%3EPasscode:%201`, ZOOM],
    [`${ROOM}%3Cbr%3EPasscode:%201`, ROOM],
    ['https://v.ringcentral.com/join/123456789Password: Ab', 'https://v.ringcentral.com/join/123456789'],
    [`${ROOM}-Passcode: 12`, ROOM],
    [`https://www.google.com/url?q=${encodeURIComponent(`${ZOOM} Passcode: 1`)}&sa=D`, ZOOM],
  ])('is cut from %s', (text, right) => {
    expect([find({ location: text }), find({ body: text }), find({ entryPoints: [text] })]).toEqual([
      right,
      right,
      right,
    ]);
  });

  it.each([
    `${ROOM}?pwd=xyAbcd Passcode: 123`,
    `${ROOM}?pwd=xyAbcd\nMeeting ID: 123`,
    `<p>${ROOM}?pwd=xyAbcd</p><p>Código de acceso: 1</p>`,
    `${ROOM}?pwd=xyAbcd – Passcode: 1`,
    `${ROOM}?pwd=xyAbcd Dial: 1`,
  ])('is not the end of a passcode: %s', (body) => {
    expect(find({ body })).toBe(`${ROOM}?pwd=xyAbcd`);
  });

  it.each([
    `${ROOM}?pwd=Ab.1&uname=Pat%20Lee`,
    `${ROOM}?pwd=Passcode1`,
    `${ROOM}?pwd=PasscodeId.1`,
    'https://acme.zoom.us/w/98765432101?tk=Ab.1DQMAAA',
    `${MEET}?authuser=pat@acme.test&hs=122`,
    'https://acme.zoom.us/my/Pat.Lee',
    'https://meet.jit.si/R%C3%A9union%20Code',
  ])('is not part of %s', (link) => {
    expect([find({ location: link }), find({ entryPoints: [link] })]).toEqual([link, link]);
  });
});

describe('a link that is folded in angle brackets', () => {
  it.each([
    `Join<${ROOM}?pwd=A\r\nb.1\r\n>`,
    `Join<${ROOM}?pwd=A\r\nb.1 >`,
    `Join<${ROOM}?pwd=A\rb.1>`,
    `Join<${ROOM}?pwd=A\r\n\r\nb.1>`,
    `Join<\r\n${ROOM}?pwd=A\r\nb.1>`,
    `Join<${ZOOM}\n>`,
    `<URL:${ROOM}?pwd=A\r\nb.1>`,
    `<URL: ${ROOM}?\r\npwd=Ab.1\r\n>`,
    `<acme.zoom.us/j/98765432101?pwd=A\r\nb.1>`,
    `<acme.zoom.us/j/987654\n32101?pwd=Ab.1\n>`,
    `Join<${ROOM}?pwd=A=\r\nb.1>`,
    `Join<${ROOM}?pwd=3DA=\r\nb.1>`,
    `Join<https://acme.zoom.us/j/987654=\r\n32101?pwd=3DAb.1>`,
    `Join<https://acme.zoom.us/j/987654=\n32101?pwd=Ab.1>`,
    `Join<${ROOM}?pwd=\r\nAb.1>`,
    `Join&lt;${ROOM}?pwd=A<br>b.1&gt;`,
  ])('is whole: %j', (body) => {
    expect([find({ body }), find({ location: body })]).toEqual([ZOOM, ZOOM]);
  });

  it('ends at a blank in a line', () => {
    expect(find({ body: `<${ROOM}?pwd=Ab see\nyou>` })).toBe(`${ROOM}?pwd=Ab`);
  });
});
