import type { RecurrenceRule } from './recurrence-rule.ts';

const DAY_MS = 86_400_000;

/** Rules that never match (30 February) must end too; nothing here looks further than this. */
const MAX_DAYS = 150 * 366;

function weekdayOf(day: number): number {
  // Day 0 is a Thursday; Monday counts as 0.
  return (((day + 3) % 7) + 7) % 7;
}

function daysInMonth(rule: RecurrenceRule, year: number, month: number, startDate: number): number[] {
  const first = Date.UTC(year, month, 1) / DAY_MS;
  const length = Date.UTC(year, month + 1, 1) / DAY_MS - first;
  const dates = rule.byMonthDay.length > 0 ? rule.byMonthDay : rule.byDay.length > 0 ? [] : [startDate];
  const byDate = dates.map((date) => (date < 0 ? length + date : date - 1));
  const byWeekday = rule.byDay.flatMap(({ nth, weekday }) => {
    const matches: number[] = [];
    for (let day = 0; day < length; day++) if (weekdayOf(first + day) === weekday) matches.push(day);
    if (nth === 0) return matches;
    const match = matches.at(nth < 0 ? nth : nth - 1);
    return match === undefined ? [] : [match];
  });
  const offsets =
    rule.byMonthDay.length > 0 && rule.byDay.length > 0
      ? byDate.filter((day) => byWeekday.includes(day))
      : [...byDate, ...byWeekday];
  return [...new Set(offsets)]
    .filter((day) => day >= 0 && day < length)
    .sort((a, b) => a - b)
    .map((day) => first + day);
}

function* candidates(rule: RecurrenceRule, start: number): Generator<number> {
  const { frequency, interval, byDay } = rule;
  const date = new Date(start * DAY_MS);
  const startDate = date.getUTCDate();
  const inMonth = (day: number) =>
    rule.byMonth.length === 0 || rule.byMonth.includes(new Date(day * DAY_MS).getUTCMonth() + 1);
  const end = start + MAX_DAYS;
  if (frequency === 'DAILY') {
    const weekdays = new Set(byDay.map((entry) => entry.weekday));
    for (let day = start; day < end; day += interval) {
      if ((weekdays.size === 0 || weekdays.has(weekdayOf(day))) && inMonth(day)) yield day;
    }
  } else if (frequency === 'WEEKLY') {
    const weekdays = byDay.length > 0 ? byDay.map((entry) => entry.weekday) : [weekdayOf(start)];
    const sorted = [...new Set(weekdays)].sort((a, b) => a - b);
    for (let week = start - weekdayOf(start); week < end; week += 7 * interval) {
      for (const weekday of sorted) if (inMonth(week + weekday)) yield week + weekday;
    }
  } else {
    const step = frequency === 'MONTHLY' ? interval : 1;
    const months = rule.byMonth.length > 0 ? rule.byMonth.map((month) => month - 1) : [date.getUTCMonth()];
    for (let index = 0; index < MAX_DAYS / 28; index += step) {
      const month = date.getUTCMonth() + index;
      const year = date.getUTCFullYear() + Math.floor(month / 12);
      const skipped = frequency === 'YEARLY' && (year - date.getUTCFullYear()) % interval !== 0;
      const wanted = frequency === 'YEARLY' || rule.byMonth.length > 0 ? months.includes(month % 12) : true;
      if (wanted && !skipped) yield* daysInMonth(rule, year, month % 12, startDate);
    }
  }
}

/** The days (since the epoch, wall clock) that a rule names from a start on, ascending, before COUNT, UNTIL, EXDATE. */
export function* ruleDays(rule: RecurrenceRule, start: number): Generator<number> {
  for (const day of candidates(rule, start)) if (day >= start) yield day;
}

/**
 * The days on which a series of Google's happens, ascending, before COUNT, UNTIL and EXDATE. The first day of the series always happens, also when the rule does not name it: that is how Google reads DTSTART.
 */
export function* recurrenceDays(rule: RecurrenceRule, start: number): Generator<number> {
  yield start;
  for (const day of candidates(rule, start)) if (day > start) yield day;
}
