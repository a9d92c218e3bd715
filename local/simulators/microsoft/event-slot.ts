import { wallToInstant, zoneOffset } from '../zone-clock.ts';
import type { MicrosoftEventTime } from './microsoft-event.ts';
import { resolveZone } from './resolve-zone.ts';

const DAY_MS = 86_400_000;

/** When an event happens: instants in ms since the epoch, walls as if the local time were UTC. */
export type EventSlot = {
  allDay: boolean;
  startMs: number;
  endMs: number;
  startWall: number;
  endWall: number;
  /** IANA zone in which the event keeps its wall-clock time; `zoneName` is how its author spelled it. */
  zone: string;
  zoneName: string;
};

/** A half-open window in ms since the epoch. */
export type Window = { fromMs: number; toMs: number };

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(?<offset>Z|[+-]\d\d:\d\d)?$/;

function parsePoint(time: MicrosoftEventTime, zone: string): { ms: number; wall: number } {
  const match = DATE_TIME.exec(time.dateTime);
  if (match === null) throw new Error(`Invalid dateTime: ${time.dateTime}`);
  if (match.groups?.offset !== undefined) {
    const ms = Date.parse(time.dateTime);
    return { ms, wall: ms + zoneOffset(zone, ms) };
  }
  const wall = Date.parse(`${time.dateTime.slice(0, 23)}Z`);
  return { ms: wallToInstant(wall, zone), wall };
}

/**
 * Reads start and end. A zone of no known name (`tzone://Microsoft/Custom`) stands for the mailbox's zone. Throws for an
 * end before the start and for all-day events that do not run from midnight to midnight.
 */
export function parseSlot(
  start: MicrosoftEventTime,
  end: MicrosoftEventTime,
  allDay: boolean,
  mailboxZone: string,
): EventSlot {
  const zoneName = start.timeZone ?? 'UTC';
  const zoneOf = (name: string): string => {
    const zone = resolveZone(name);
    if (zone === undefined && !name.startsWith('tzone://')) throw new Error(`Unknown time zone: ${name}`);
    return zone ?? mailboxZone;
  };
  const zone = zoneOf(zoneName);
  const from = parsePoint(start, zone);
  const to = parsePoint(end, zoneOf(end.timeZone ?? zoneName));
  if (to.ms < from.ms) throw new Error('The event ends before it starts.');
  if (allDay && (from.wall % DAY_MS !== 0 || to.wall % DAY_MS !== 0 || to.wall === from.wall)) {
    throw new Error('Start and end of an all-day event must be midnights, a day apart at least.');
  }
  return { allDay, startMs: from.ms, endMs: to.ms, startWall: from.wall, endWall: to.wall, zone, zoneName };
}

/** The same event on another day: timed ones keep their duration, all-day ones their days. */
export function shiftSlot(slot: EventSlot, days: number): EventSlot {
  if (days === 0) return slot;
  const startWall = slot.startWall + days * DAY_MS;
  const endWall = slot.endWall + days * DAY_MS;
  const startMs = wallToInstant(startWall, slot.zone);
  const endMs = slot.allDay ? wallToInstant(endWall, slot.zone) : startMs + (slot.endMs - slot.startMs);
  return { ...slot, startWall, endWall, startMs, endMs };
}

/** Day of the start since the epoch, in the event's own zone. */
export function dayOf(slot: EventSlot): number {
  return Math.floor(slot.startWall / DAY_MS);
}

/** `YYYY-MM-DD` of a day since the epoch. */
export function formatDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** True when an event touches a window; an event that only borders on it does not. */
export function overlaps(slot: EventSlot, { fromMs, toMs }: Window): boolean {
  return slot.endMs > fromMs && slot.startMs < toMs;
}

/** Start and end as Graph sends them: seven digits, no offset, in the zone of the answer; all-day as midnights. */
export function formatSlot(slot: EventSlot, answer: { zone: string; zoneName: string }) {
  const point = (wall: number, ms: number) => ({
    dateTime: `${new Date(slot.allDay ? wall : ms + zoneOffset(answer.zone, ms)).toISOString().slice(0, 23)}0000`,
    timeZone: answer.zoneName,
  });
  return { start: point(slot.startWall, slot.startMs), end: point(slot.endWall, slot.endMs) };
}
