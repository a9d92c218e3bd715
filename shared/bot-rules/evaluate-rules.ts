import type { Calendar } from '../calendars/calendar.ts';
import type { CalendarEvent } from '../events/calendar-event.ts';
import type { RuleEvaluation } from './bot-decision.ts';
import type { BotRule, BotRules, OrganizerKind, RuleConditions } from './bot-rules.ts';
import { type EventPeople, readEventPeople } from './event-people.ts';
import { titleMatches } from './title-matches.ts';

/** What of a calendar rules look at. */
export type RuledCalendar = Pick<Calendar, 'id' | 'platform' | 'platform_uuid' | 'deduplication_key' | 'state'>;

/** true: the event fulfils it; false: it does not; null: that cannot be told. */
type Judgement = boolean | null;

/**
 * How each rule fares with an event, in order; rules behind the one that decides are not looked at.
 *
 * What cannot be told counts against a bot: a `join` rule needs every condition fulfilled, a `skip` rule only that none
 * is known not to be.
 */
export function evaluateRules(
  { rules, internal_domains }: BotRules,
  event: CalendarEvent,
  calendar: RuledCalendar,
): RuleEvaluation[] {
  const people = readEventPeople(event, calendar, internal_domains);
  let isDecided = false;
  return rules.map((rule, index): RuleEvaluation => {
    const reference = { index, name: rule.name ?? null, action: rule.action };
    if (isDecided) return { ...reference, outcome: 'not_reached', failed: [], unknown: [] };
    const judged = judgeConditions(rule, { event, calendar, people });
    const of = (judgement: Judgement) => judged.filter(([, one]) => one === judgement).map(([condition]) => condition);
    const [failed, unknown] = [of(false), of(null)];
    isDecided = failed.length === 0 && (rule.action === 'skip' || unknown.length === 0);
    return { ...reference, outcome: isDecided ? 'decides' : 'does_not_match', failed, unknown };
  });
}

interface Subject {
  event: CalendarEvent;
  calendar: RuledCalendar;
  people: EventPeople;
}

type Judge<Name extends keyof RuleConditions> = (
  wanted: NonNullable<RuleConditions[Name]>,
  subject: Subject,
) => Judgement;

const is = (notification: Judgement, wanted: boolean): Judgement =>
  notification === null ? null : notification === wanted;

const judges: { [Name in keyof Required<RuleConditions>]: Judge<Name> } = {
  platforms: (wanted, { event }) => (wanted as string[]).includes(event.meeting_platform ?? 'unknown'),
  has_external_attendees: (wanted, { people }) => is(people.hasExternal, wanted),
  organizer: (wanted, { people }) => judgeOrganizer(wanted, people),
  accepted: (wanted, { people }) => is(people.hasAccepted, wanted),
  minimum_attendees: (wanted, { people }) => people.count >= wanted || (people.isPartial ? null : false),
  title_matches: (wanted, { event }) => wanted.some((pattern) => titleMatches(pattern, event.name ?? '')),
  title_excludes: (wanted, { event }) => !wanted.some((pattern) => titleMatches(pattern, event.name ?? '')),
  calendars: (wanted, { calendar }) =>
    wanted.includes(calendar.id) || wanted.includes(calendar.deduplication_key ?? ''),
};

function judgeOrganizer(wanted: OrganizerKind, { organizedBySelf, organizerIsInternal }: EventPeople): Judgement {
  const notifications: Record<OrganizerKind, Judgement> = {
    self: organizedBySelf,
    other: is(organizedBySelf, false),
    internal: organizerIsInternal,
    external: is(organizerIsInternal, false),
  };
  return notifications[wanted];
}

const conditionNames = Object.keys(judges) as (keyof RuleConditions)[];

const judgeConditions = (rule: BotRule, subject: Subject): [keyof RuleConditions, Judgement][] =>
  conditionNames.flatMap((name) => {
    const wanted = rule[name];
    // Each name's judge takes that name's values: the pairing is the type of `judges`.
    return wanted === undefined ? [] : [[name, judges[name](wanted as never, subject)]];
  });
