const digits = (count: number, random: () => number): string =>
  Array.from({ length: count }, (_none, index) => Math.floor(random() * 9) + (index === 0 ? 1 : 0)).join('');

const letters = (count: number, random: () => number): string =>
  Array.from({ length: count }, () => String.fromCodePoint(97 + Math.floor(random() * 26))).join('');

export const meetingProducts = ['Meet', 'Zoom', 'Teams'] as const;
export type MeetingProduct = (typeof meetingProducts)[number];

/** Makes a new link to join a meeting, in the form of each product. */
export const meetingLinks: Readonly<Record<MeetingProduct, (random: () => number) => string>> = {
  Meet: (random) => `https://meet.google.com/${letters(3, random)}-${letters(4, random)}-${letters(3, random)}`,
  Zoom: (random) => `https://us02web.zoom.us/j/8${digits(10, random)}?pwd=${letters(20, random)}`,
  Teams: (random) => {
    const thread = encodeURIComponent(`19:meeting_${letters(32, random)}@thread.v2`);
    const context = encodeURIComponent('{"Tid":"5f1c7a52-2f3e-4d5c-9a61-0c7b3f6a8e10"}');
    return `https://teams.microsoft.com/l/meetup-join/${thread}/0?context=${context}`;
  },
};
