import type { GoogleEventInput } from '../simulators/google/google-event.ts';

const digits = (count: number, random: () => number): string =>
  Array.from({ length: count }, (_none, index) => Math.floor(random() * 9) + (index === 0 ? 1 : 0)).join('');

const letters = (count: number, random: () => number): string =>
  Array.from({ length: count }, () => String.fromCodePoint(97 + Math.floor(random() * 26))).join('');

type Linked = Pick<GoogleEventInput, 'location' | 'description' | 'hangoutLink' | 'conferenceData'>;

/** Where each product leaves its link in a Google event. */
export const meetingLinks: Readonly<Record<'Meet' | 'Zoom' | 'Teams', (random: () => number) => Linked>> = {
  Meet: (random) => {
    const uri = `https://meet.google.com/${letters(3, random)}-${letters(4, random)}-${letters(3, random)}`;
    const entryPoints = [{ entryPointType: 'video', uri, label: uri.slice('https://'.length) }];
    const conferenceSolution = { key: { type: 'hangoutsMeet' }, name: 'Google Meet' };
    return { hangoutLink: uri, conferenceData: { entryPoints, conferenceSolution } };
  },
  Zoom: (random) => ({
    location: `https://us02web.zoom.us/j/8${digits(10, random)}?pwd=${letters(20, random)}`,
  }),
  Teams: (random) => {
    const thread = encodeURIComponent(`19:meeting_${letters(32, random)}@thread.v2`);
    const context = encodeURIComponent('{"Tid":"5f1c7a52-2f3e-4d5c-9a61-0c7b3f6a8e10"}');
    const url = `https://teams.microsoft.com/l/meetup-join/${thread}/0?context=${context}`;
    return { description: `<p>Microsoft Teams meeting</p><a href="${url}">Click here to join the meeting</a>` };
  },
};
