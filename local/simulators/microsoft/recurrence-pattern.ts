import { ruleDays } from '../recurrence-days.ts';
import type { RecurrenceRule } from '../recurrence-rule.ts';
import { dayOf, type EventSlot, formatDay, shiftSlot } from './event-slot.ts';
import type { MicrosoftRecurrence } from './microsoft-event.ts';

const DAY_MS = 86_400_000;
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const INDEXES = { first: 1, second: 2, third: 3, fourth: 4, last: -1 };

type Pattern = MicrosoftRecurrence['pattern'];

function weekdays(pattern: Pattern, nth: number): RecurrenceRule['byDay'] {
  const days = pattern.daysOfWeek ?? [];
  if (days.length === 0) throw new Error('The pattern needs daysOfWeek.');
  if (nth !== 0 && days.length > 1) throw new Error('Relative patterns of several weekdays are not simulated.');
  return days.map((day) => ({ nth, weekday: WEEKDAYS.indexOf(day) }));
}

function dayOfMonth({ dayOfMonth: day }: Pattern): number[] {
  // Outlook takes the last day of months that are too short; the rule engine would skip them.
  if (day === undefined || day < 1 || day > 28) throw new Error('dayOfMonth must be 1 to 28.');
  return [day];
}

function readPattern(pattern: Pattern): Pick<RecurrenceRule, 'frequency' | 'byDay' | 'byMonthDay' | 'byMonth'> {
  const { type, month, index = 'first' } = pattern;
  const nothing = { byDay: [], byMonthDay: [], byMonth: [] };
  if (type === 'daily') return { ...nothing, frequency: 'DAILY' };
  if (type === 'weekly') return { ...nothing, frequency: 'WEEKLY', byDay: weekdays(pattern, 0) };
  if (type === 'absoluteMonthly') return { ...nothing, frequency: 'MONTHLY', byMonthDay: dayOfMonth(pattern) };
  if (type === 'relativeMonthly') return { ...nothing, frequency: 'MONTHLY', byDay: weekdays(pattern, INDEXES[index]) };
  if (month === undefined || month < 1 || month > 12) throw new Error('A yearly pattern needs its month.');
  const yearly = { ...nothing, frequency: 'YEARLY' as const, byMonth: [month] };
  if (type === 'absoluteYearly') return { ...yearly, byMonthDay: dayOfMonth(pattern) };
  return { ...yearly, byDay: weekdays(pattern, INDEXES[index]) };
}

/**
 * The rule of a series, its `until` being the last day's midnight (wall clock), and the slot of its first occurrence:
 * Exchange moves the start of a series to the first day its pattern names. Throws for what would be expanded wrongly.
 */
export function readRecurrence(recurrence: MicrosoftRecurrence, start: EventSlot) {
  const { pattern, range } = recurrence;
  const interval = pattern.interval ?? 1;
  if (!Number.isInteger(interval) || interval < 1) throw new Error(`Invalid interval: ${interval}`);
  if (pattern.type === 'weekly' && interval > 1 && (pattern.firstDayOfWeek ?? 'monday') !== 'monday') {
    throw new Error('Only weeks that begin on monday are simulated.');
  }
  const until = range.type === 'endDate' ? Date.parse(`${range.endDate}T00:00:00Z`) : undefined;
  if (Number.isNaN(until)) throw new Error(`Invalid endDate: ${range.endDate}`);
  const count = range.type === 'numbered' ? range.numberOfOccurrences : undefined;
  if (range.type === 'numbered' && !(count !== undefined && count >= 1))
    throw new Error('Invalid numberOfOccurrences.');
  const rule: RecurrenceRule = { ...readPattern(pattern), interval, count, until, excluded: new Set() };
  const startDay = dayOf(start);
  for (const day of ruleDays(rule, startDay)) {
    const slot = shiftSlot(start, day - startDay);
    if (until !== undefined && day * DAY_MS > until) break;
    return { rule, slot };
  }
  throw new Error('The recurrence has no occurrence.');
}

/** `recurrence` as Graph sends it: every field present, those without meaning at their zero values. */
export function presentRecurrence({ pattern, range }: MicrosoftRecurrence, slot: EventSlot): MicrosoftRecurrence {
  return {
    pattern: {
      type: pattern.type,
      interval: pattern.interval ?? 1,
      month: pattern.month ?? 0,
      dayOfMonth: pattern.dayOfMonth ?? 0,
      ...(pattern.daysOfWeek === undefined ? {} : { daysOfWeek: pattern.daysOfWeek }),
      firstDayOfWeek: pattern.firstDayOfWeek ?? 'monday',
      index: pattern.index ?? 'first',
    },
    range: {
      type: range.type,
      startDate: formatDay(dayOf(slot)),
      endDate: range.type === 'endDate' && range.endDate !== undefined ? range.endDate : '0001-01-01',
      recurrenceTimeZone: slot.zoneName,
      numberOfOccurrences: range.type === 'numbered' ? (range.numberOfOccurrences ?? 0) : 0,
    },
  };
}
