import { wallToInstant } from './zone-clock.ts';

const DAY_MS = 86_400_000;
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
type NthWeekday = { nth: number; weekday: number };

/** A parsed RRULE with its EXDATEs. `until` is inclusive: a wall-clock date for all-day series, else an instant. */
export type RecurrenceRule = {
  frequency: Frequency;
  interval: number;
  count: number | undefined;
  until: number | undefined;
  byDay: NthWeekday[];
  byMonthDay: number[];
  byMonth: number[];
  excluded: Set<string>;
};

function parseUntil(text: string, zone: string, allDay: boolean): number {
  const [, year, month, day, clock] = /^(\d{4})(\d\d)(\d\d)(?:T(\d{6})Z)?$/.exec(text) ?? [];
  if (year === undefined) throw new Error(`Invalid UNTIL: ${text}`);
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (allDay) return date;
  if (clock === undefined) return wallToInstant(date + DAY_MS - 1000, zone);
  return date + ((Number(clock.slice(0, 2)) * 60 + Number(clock.slice(2, 4))) * 60 + Number(clock.slice(4))) * 1000;
}

function parseWeekday(text: string): NthWeekday {
  const [, nth, name] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(text) ?? [];
  const weekday = WEEKDAYS.indexOf(name ?? '');
  if (weekday < 0) throw new Error(`Invalid BYDAY: ${text}`);
  return { nth: Number(nth ?? 0), weekday };
}

function positive(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`Invalid number in recurrence rule: ${text}`);
  return Number(text);
}

/** An EXDATE as the id stamp of the instance it removes (UTC for timed series). */
function excludedStamps(line: string, zone: string): string[] {
  const [head = '', values = ''] = line.split(':');
  const tzid = /TZID=([^;]+)/.exec(head)?.[1] ?? zone;
  return values.split(',').map((value) => {
    if (/^\d{8}$/.test(value) || value.endsWith('Z')) return value;
    const iso = value.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z');
    const instant = wallToInstant(Date.parse(iso), tzid);
    return `${new Date(instant).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  });
}

/**
 * Parses the `recurrence` lines of a master: exactly one RRULE (FREQ, INTERVAL, COUNT or UNTIL, BYDAY, BYMONTHDAY,
 * BYMONTH, WKST=MO) and any number of EXDATEs. Throws for everything else rather than expand it wrongly.
 */
export function parseRecurrence(lines: string[], zone: string, allDay: boolean): RecurrenceRule {
  const rules = lines.filter((line) => line.startsWith('RRULE:'));
  const exdates = lines.filter((line) => line.startsWith('EXDATE'));
  if (rules.length !== 1 || rules.length + exdates.length !== lines.length) throw new Error('Invalid recurrence.');
  const parts = new Map(
    (rules[0] ?? '')
      .slice('RRULE:'.length)
      .split(';')
      .map((part): [string, string] => [part.split('=')[0] ?? '', part.split('=')[1] ?? '']),
  );
  const known = new Set(['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'BYMONTHDAY', 'BYMONTH', 'WKST']);
  for (const part of parts.keys()) if (!known.has(part)) throw new Error(`Unsupported rule part: ${part}`);
  const frequency = parts.get('FREQ') ?? '';
  if (!/^(DAILY|WEEKLY|MONTHLY|YEARLY)$/.test(frequency)) throw new Error(`Unsupported FREQ: ${frequency}`);
  if (parts.has('COUNT') && parts.has('UNTIL')) throw new Error('COUNT and UNTIL exclude each other.');
  if ((parts.get('WKST') ?? 'MO') !== 'MO') throw new Error('Only WKST=MO is supported.');
  const until = parts.get('UNTIL');
  const list = (part: string) => parts.get(part)?.split(',') ?? [];
  return {
    frequency: frequency as Frequency,
    interval: positive(parts.get('INTERVAL')) ?? 1,
    count: positive(parts.get('COUNT')),
    until: until === undefined ? undefined : parseUntil(until, zone, allDay),
    byDay: list('BYDAY').map(parseWeekday),
    byMonthDay: list('BYMONTHDAY').map(Number),
    byMonth: list('BYMONTH').map(Number),
    excluded: new Set(exdates.flatMap((line) => excludedStamps(line, zone))),
  };
}

/** The same lines with COUNT and UNTIL of the RRULE replaced by one limit, e.g. `UNTIL=20261201T085959Z`. */
export function limitRecurrence(lines: string[], limit: string | undefined): string[] {
  return lines.map((line) => {
    if (!line.startsWith('RRULE:')) return line;
    const kept = line.split(';').filter((part) => !/^(RRULE:)?(COUNT|UNTIL)=/.test(part));
    return [...kept, ...(limit === undefined ? [] : [limit])].join(';');
  });
}
