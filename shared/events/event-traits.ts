import type { Platform } from '../calendars/calendar.ts';

/** Kinds of events, for both providers. `unknown`: one that the provider has added since. */
export const eventTypes = [
  'default',
  'out_of_office',
  'focus_time',
  'working_location',
  'birthday',
  'from_email',
  'task',
  'unknown',
] as const;
export const visibilities = ['default', 'public', 'private', 'confidential'] as const;
/** How the event counts in the calendar of its owner. */
export const busyKinds = ['busy', 'free', 'tentative', 'out_of_office', 'working_elsewhere'] as const;

export interface EventTraits {
  event_type: (typeof eventTypes)[number];
  visibility: (typeof visibilities)[number];
  busy: (typeof busyKinds)[number];
}

/** https://developers.google.com/workspace/calendar/api/v3/reference/events#eventType */
const googleTypes: Readonly<Record<string, EventTraits['event_type']>> = {
  default: 'default',
  outOfOffice: 'out_of_office',
  focusTime: 'focus_time',
  workingLocation: 'working_location',
  birthday: 'birthday',
  fromGmail: 'from_email',
  task: 'task',
};

/** https://learn.microsoft.com/en-us/graph/api/resources/event: `sensitivity` and `showAs` */
const sensitivities: Readonly<Record<string, EventTraits['visibility']>> = {
  normal: 'default',
  personal: 'private',
  private: 'private',
  confidential: 'confidential',
};
const showsAs: Readonly<Record<string, EventTraits['busy']>> = {
  free: 'free',
  tentative: 'tentative',
  busy: 'busy',
  oof: 'out_of_office',
  workingElsewhere: 'working_elsewhere',
};

const textIn = (raw: Record<string, unknown>, name: string): string | undefined => {
  const value = raw[name];
  return typeof value === 'string' ? value : undefined;
};

/** Only what the table itself has: no name of an object's own methods. */
const lookUp = <Value>(table: Readonly<Record<string, Value>>, name: string | undefined): Value | undefined =>
  name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;

/** What kind of event it is, in the words of both providers. A missing or unreadable field counts as the default. */
const readers: Record<Platform, (raw: Record<string, unknown>) => EventTraits> = {
  google: (raw) => {
    const type = textIn(raw, 'eventType');
    const event_type = type === undefined ? 'default' : (lookUp(googleTypes, type) ?? 'unknown');
    return { event_type, visibility: googleVisibility(textIn(raw, 'visibility')), busy: googleBusy(raw, event_type) };
  },
  microsoft: (raw) => ({
    event_type: 'default',
    visibility: lookUp(sensitivities, textIn(raw, 'sensitivity')) ?? 'default',
    busy: lookUp(showsAs, textIn(raw, 'showAs')) ?? 'busy',
  }),
};

/** @param raw the event as its provider delivers it */
export const readEventTraits = (platform: Platform, raw: Record<string, unknown>): EventTraits =>
  readers[platform](raw);

const googleVisibility = (text: string | undefined): EventTraits['visibility'] =>
  visibilities.find((known) => known === text) ?? 'default';

function googleBusy(raw: Record<string, unknown>, type: EventTraits['event_type']): EventTraits['busy'] {
  if (textIn(raw, 'transparency') === 'transparent') return 'free';
  if (type === 'out_of_office') return 'out_of_office';
  if (type === 'working_location') return 'working_elsewhere';
  return textIn(raw, 'status') === 'tentative' ? 'tentative' : 'busy';
}
