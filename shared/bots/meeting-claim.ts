import * as z from 'zod';

/** An event, and the calendar whose partition holds its row. */
const eventReferenceSchema = z.object({ event_id: z.string(), calendar_id: z.string() });
export type EventReference = z.output<typeof eventReferenceSchema>;

/** As it is stored: an element of a set is a text. */
export const spellEventReference = ({ event_id, calendar_id }: EventReference): string => `${event_id}#${calendar_id}`;

function parseEventReference(text: string): EventReference {
  const [event_id = '', calendar_id = ''] = text.split('#');
  return { event_id, calendar_id };
}

const storedReference = z.codec(z.string(), eventReferenceSchema, {
  decode: parseEventReference,
  encode: spellEventReference,
});
const storedReferences = z.codec(z.set(z.string()), z.array(eventReferenceSchema), {
  decode: (texts) => [...texts].sort().map(parseEventReference),
  encode: (references) => new Set(references.map(spellEventReference)),
});

/**
 * The claim on one meeting of a project at one time: which bot the meeting has, and which events it appears as. It makes
 * sure that rules give a meeting one bot, however many calendars it is in.
 */
export const meetingClaimSchema = z.object({
  /** The event that has the meeting's bot, or had it last; null before the first one. */
  holder: storedReference.nullable().default(null),
  /** The bot of the holder, if it still exists and still goes to this meeting; null before the first one. */
  bot_id: z.string().nullable().default(null),
  /** Grows whenever the claim gets another bot or is suppressed. A write that expects another version is refused. */
  version: z.number().default(0),
  /** The UTC day, `yyyy-mm-dd`, on which the claim got another bot last, and how often it did on that day. */
  changed_on: z.string().nullable().default(null),
  changes_that_day: z.number().default(0),
  /** Events that a rule wanted a bot for in this meeting, in the order of their ids. Each may have changed since. */
  attendee_events: storedReferences.default([]),
  /** A user removed the meeting's bot: no rule brings it back. */
  suppressed: z.boolean().default(false),
});
export type MeetingClaim = z.output<typeof meetingClaimSchema>;

/**
 * A meeting gets another bot so often on one day, at most. People and syncs stay far below; more is two meetings that take
 * their bots from each other for ever, by a fault in the rules.
 */
export const mostChangesPerDay = 200;

/** Rules leave the meeting as it is until the next day (docs/runbook.md#rule-dead-letters). It names the row of the claim. */
export class TooManyBotChanges extends Error {
  override name = 'TooManyBotChanges';

  constructor({ PK, SK }: { PK: string; SK: string }) {
    super(`a meeting got another bot ${mostChangesPerDay} times today: ${PK} ${SK}`);
  }
}

/** @param day `yyyy-mm-dd` */
export const changesOn = ({ changed_on, changes_that_day }: MeetingClaim, day: string): number =>
  changed_on === day ? changes_that_day : 0;

/** A meeting in a project; `meetingKey` as in `shared/meeting-links/meeting-key.ts`, of any length. */
export interface Meeting {
  projectId: string;
  meetingKey: string;
}
