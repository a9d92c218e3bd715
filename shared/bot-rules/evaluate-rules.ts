import type { Calendar } from '../calendars/calendar.ts';
import type { CalendarEvent } from '../events/calendar-event.ts';
import { type EventTraits, readEventTraits } from '../events/event-traits.ts';
import type { RuleEvaluation } from './bot-decision.ts';
import { type BotRule, type BotRules, conditionNames, type OrganizerKind, type RuleConditions } from './bot-rules.ts';
import { type EventPeople, readEventPeople } from './event-people.ts';
import { titleMatches } from './title-matches.ts';

/** The fields of a calendar that rules read. */
export type RuledCalendar = Pick<Calendar, 'id' | 'platform' | 'platform_uuid' | 'deduplication_key' | 'state'>;

/** Does an event fulfil a condition? null: unknown. */
type Assessment = boolean | null;

/**
 * The result of each rule for an event, in order; rules after the one that decides are not evaluated.
 *
 * `needs_answer` holds for every `join` rule that does not say otherwise. An unknown condition counts against a bot: a `join` rule matches when every condition is fulfilled, a `skip` rule when
 * no condition is known to fail.
 */
export function evaluateRules(
  { rules, internal_domains }: BotRules,
  event: CalendarEvent,
  calendar: RuledCalendar,
): RuleEvaluation[] {
  const people = readEventPeople(event, calendar, internal_domains);
  const traits = event.details ?? readEventTraits(calendar.platform, event.raw);
  let isDecided = false;
  return rules.map((rule, index): RuleEvaluation => {
    const reference = { index, name: rule.name ?? null, action: rule.action };
    if (isDecided) return { ...reference, outcome: 'not_reached', failed: [], unknown: [] };
    const assessed = assessConditions(rule, { event, calendar, people, traits });
    const those = (wanted: Assessment) => assessed.filter(([, found]) => found === wanted).map(([name]) => name);
    const [failed, unknown] = [those(false), those(null)];
    isDecided = failed.length === 0 && (rule.action === 'skip' || unknown.length === 0);
    return { ...reference, outcome: isDecided ? 'decides' : 'does_not_match', failed, unknown };
  });
}

interface Subject {
  event: CalendarEvent;
  calendar: RuledCalendar;
  people: EventPeople;
  traits: EventTraits;
}

type Assess<Name extends keyof RuleConditions> = (
  wanted: NonNullable<RuleConditions[Name]>,
  subject: Subject,
) => Assessment;

const is = (known: boolean | null, wanted: boolean): Assessment => (known === null ? null : known === wanted);

const assessors: { [Name in keyof Required<RuleConditions>]: Assess<Name> } = {
  platforms: (wanted, { event }) => (wanted as string[]).includes(event.meeting_platform ?? 'unknown'),
  has_external_attendees: (wanted, { people }) => is(people.hasExternal, wanted),
  organizer: (wanted, { people }) => assessOrganizer(wanted, people),
  accepted: (wanted, { people }) => is(people.hasAccepted, wanted),
  minimum_attendees: (wanted, { people }) => people.count >= wanted || (people.isPartial ? null : false),
  title_matches: (wanted, { event }) => wanted.some((pattern) => titleMatches(pattern, event.name ?? '')),
  title_excludes: (wanted, { event }) => !wanted.some((pattern) => titleMatches(pattern, event.name ?? '')),
  calendars: (wanted, { calendar }) =>
    wanted.includes(calendar.id) || wanted.includes(calendar.deduplication_key ?? ''),
  event_type: (wanted, { traits }) => wanted.includes(traits.event_type),
  visibility: (wanted, { traits }) => wanted.includes(traits.visibility),
  busy: (wanted, { traits }) => wanted.includes(traits.busy),
  needs_answer: (wanted, { event, people }) => !wanted || isWelcome(event, people),
};

/** Is the event the owner's, or from inside, or an invitation that the owner has answered? null: unknown. */
function isWelcome(event: CalendarEvent, { organizedBySelf, organizerIsInternal }: EventPeople): Assessment {
  const { response_status: answer, organizer, attendees } = event;
  const isInvitation = organizer !== null || attendees.length > 0;
  if (!isInvitation || (answer !== null && answer !== 'needs_action')) return true;
  return organizedBySelf || organizerIsInternal;
}

function assessOrganizer(wanted: OrganizerKind, { organizedBySelf, organizerIsInternal }: EventPeople): Assessment {
  const byKind: Record<OrganizerKind, Assessment> = {
    self: organizedBySelf,
    other: is(organizedBySelf, false),
    internal: organizerIsInternal,
    external: is(organizerIsInternal, false),
  };
  return byKind[wanted];
}

/** A stranger's invitation alone brings no bot, unless the rule says so. */
const defaultOf = (name: keyof RuleConditions, { action }: BotRule): true | undefined =>
  name === 'needs_answer' && action === 'join' ? true : undefined;

const assessConditions = (rule: BotRule, subject: Subject): [keyof RuleConditions, Assessment][] =>
  conditionNames.flatMap((name) => {
    const wanted = rule[name] ?? defaultOf(name, rule);
    // The type of `assessors` pairs each name with its values.
    return wanted === undefined ? [] : [[name, assessors[name](wanted as never, subject)]];
  });
