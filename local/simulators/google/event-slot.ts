import { formatInstant, isZone, wallToInstant, zoneOffset } from '../zone-clock.ts';
import type { GoogleEventTime } from './google-event.ts';

/** When an event happens: instants in ms since the epoch, `startWall` its first wall-clock time as if it were UTC. */
export type EventSlot = {
  allDay: boolean;
  startMs: number;
  endMs: number;
  startWall: number;
  startZone: string;
  endZone: string;
};

type Point = { allDay: boolean; ms: number; wall: number; zone: string };

function parsePoint(time: GoogleEventTime, calendarZone: string): Point {
  const zone = time.timeZone ?? calendarZone;
  if (!isZone(zone)) throw new Error(`Invalid time zone definition: ${zone}`);
  if (time.date !== undefined) {
    const wall = Date.parse(`${time.date}T00:00:00Z`);
    if (!/^\d{4}-\d\d-\d\d$/.test(time.date) || Number.isNaN(wall)) throw new Error(`Invalid date: ${time.date}`);
    return { allDay: true, ms: wallToInstant(wall, calendarZone), wall, zone: calendarZone };
  }
  const text = time.dateTime ?? '';
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text)) throw new Error(`Invalid dateTime: ${text}`);
  if (/(Z|[+-]\d\d:\d\d)$/.test(text)) {
    const ms = Math.floor(Date.parse(text) / 1000) * 1000;
    return { allDay: false, ms, wall: ms + zoneOffset(zone, ms), zone };
  }
  if (time.timeZone === undefined) throw new Error('Missing time zone definition: neither offset nor timeZone.');
  const wall = Date.parse(`${text.slice(0, 19)}Z`);
  return { allDay: false, ms: wallToInstant(wall, zone), wall, zone };
}

/**
 * Reads start and end. All-day dates become midnights of the calendar's zone; the end is exclusive and may equal the
 * start. Throws for mixed kinds, unknown zones, an end before the start, and a local time without a zone.
 */
export function parseSlot(start: GoogleEventTime, end: GoogleEventTime, calendarZone: string): EventSlot {
  const from = parsePoint(start, calendarZone);
  const to = parsePoint(end, calendarZone);
  if (from.allDay !== to.allDay) throw new Error('Start and end times must either both be date or both be dateTime.');
  if (to.ms < from.ms) throw new Error('The specified time range is empty: the event ends before it starts.');
  const { allDay, ms: startMs, wall: startWall } = from;
  return { allDay, startMs, endMs: to.ms, startWall, startZone: from.zone, endZone: to.zone };
}

/** The same event starting at another wall-clock time: timed ones keep their duration, all-day ones their days. */
export function shiftSlot(slot: EventSlot, startWall: number, calendarZone: string): EventSlot {
  if (!slot.allDay) {
    const startMs = wallToInstant(startWall, slot.startZone);
    return { ...slot, startWall, startMs, endMs: startMs + (slot.endMs - slot.startMs) };
  }
  const days = allDayEnd(slot, calendarZone) - slot.startWall;
  const startMs = wallToInstant(startWall, calendarZone);
  return { ...slot, startWall, startMs, endMs: wallToInstant(startWall + days, calendarZone) };
}

function allDayEnd(slot: EventSlot, calendarZone: string): number {
  // Rounded because midnight may not exist on the day of a transition and then starts at one o'clock.
  const wall = slot.endMs + zoneOffset(calendarZone, slot.endMs);
  return Math.floor(wall / 86_400_000) * 86_400_000;
}

/** Start and end as Google sends them: `dateTime` in the zone of the answer, `timeZone` that of the event. */
export function formatSlot(slot: EventSlot, answerZone: string, calendarZone: string) {
  if (slot.allDay) {
    return { start: { date: dateOf(slot.startWall) }, end: { date: dateOf(allDayEnd(slot, calendarZone)) } };
  }
  return {
    start: { dateTime: formatInstant(slot.startMs, answerZone), timeZone: slot.startZone },
    end: { dateTime: formatInstant(slot.endMs, answerZone), timeZone: slot.endZone },
  };
}

/** `YYYY-MM-DD` of a wall-clock time. */
export function dateOf(wall: number): string {
  return new Date(wall).toISOString().slice(0, 10);
}

/** The id suffix of an instance: `YYYYMMDD` for all-day series, `YYYYMMDDTHHMMSSZ` for timed ones. */
export function slotStamp(slot: EventSlot): string {
  if (slot.allDay) return dateOf(slot.startWall).replaceAll('-', '');
  return `${new Date(slot.startMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** Google's overlap rule for `timeMin`/`timeMax`: both bounds are exclusive. */
export function overlaps(slot: EventSlot, fromMs: number | undefined, toMs: number | undefined): boolean {
  return (fromMs === undefined || slot.endMs > fromMs) && (toMs === undefined || slot.startMs < toMs);
}
