import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MicrosoftEvent, MicrosoftRecurrence } from '../../../local/simulators/microsoft/microsoft-event.ts';
import {
  type MicrosoftSimulator,
  startMicrosoftSimulator,
} from '../../../local/simulators/microsoft/microsoft-simulator.ts';
import { connectGraph, deltaPath, type GraphClient } from '../../support/microsoft-client.ts';

const NOW = Date.parse('2026-10-20T09:00:00Z');
const DAY = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();
const FROM = NOW - DAY;
const TO = NOW + 28 * DAY;
const ZONES = ['W. Europe Standard Time', 'Eastern Standard Time', 'UTC'];

const PATTERNS: MicrosoftRecurrence[] = [
  { pattern: { type: 'daily', interval: 1 }, range: { type: 'noEnd' } },
  { pattern: { type: 'daily', interval: 3 }, range: { type: 'numbered', numberOfOccurrences: 9 } },
  {
    pattern: { type: 'weekly', daysOfWeek: ['monday', 'thursday'] },
    range: { type: 'endDate', endDate: '2026-11-12' },
  },
  { pattern: { type: 'relativeMonthly', daysOfWeek: ['tuesday'], index: 'second' }, range: { type: 'noEnd' } },
];

/** What a naive but correct client keeps: hydrated instances by id, and its delta link. */
type Copy = { events: Map<string, MicrosoftEvent>; deltaLink: string };

const times = (day: number, hour: number, isAllDay: boolean, timeZone: string) => {
  const start = NOW + day * DAY + hour * 3_600_000;
  const date = iso(start).slice(0, 10);
  if (isAllDay) {
    const end = iso(Date.parse(date) + DAY).slice(0, 10);
    return {
      isAllDay,
      start: { dateTime: `${date}T00:00:00`, timeZone },
      end: { dateTime: `${end}T00:00:00`, timeZone },
    };
  }
  return { isAllDay, start: { dateTime: iso(start), timeZone }, end: { dateTime: iso(start + 3_600_000), timeZone } };
};

/** Applies a round: removals by id and by series, series replaced as a set, stubs filled from their master. */
async function applyRound(client: GraphClient, calendar: string, copy: Copy, items: MicrosoftEvent[]): Promise<void> {
  const round = new Map(items.map((item) => [item.id, item]));
  const masters = new Map([...round.values()].filter((one) => one.type === 'seriesMaster').map((one) => [one.id, one]));
  const dropSeries = (id: string) => {
    copy.events.delete(id);
    for (const [key, event] of copy.events) if (event.seriesMasterId === id) copy.events.delete(key);
  };
  for (const item of round.values()) if (item['@removed'] !== undefined || masters.has(item.id)) dropSeries(item.id);
  for (const item of round.values()) {
    if (item['@removed'] !== undefined || item.type === 'seriesMaster') continue;
    if (item.type !== 'occurrence') {
      copy.events.set(item.id, item);
      continue;
    }
    expect(item).not.toHaveProperty('subject');
    const id = item.seriesMasterId ?? '';
    let master = masters.get(id);
    if (master === undefined) {
      const answer = await client.get(`/me/calendars/${encodeURIComponent(calendar)}/events/${encodeURIComponent(id)}`);
      expect(answer.status).toBe(200);
      master = answer.json as MicrosoftEvent;
      masters.set(id, master);
    }
    copy.events.set(item.id, { ...master, ...item });
  }
}

async function listAll(client: GraphClient, calendar: string): Promise<Copy> {
  const { items, deltaLink } = await client.round(deltaPath(calendar, iso(FROM), iso(TO)));
  const copy: Copy = { events: new Map(), deltaLink };
  await applyRound(client, calendar, copy, items);
  return copy;
}

async function catchUp(client: GraphClient, calendar: string, copy: Copy): Promise<Copy> {
  const { items, deltaLink, status } = await client.round(copy.deltaLink);
  if (status === 410) return listAll(client, calendar);
  await applyRound(client, calendar, copy, items);
  return { events: copy.events, deltaLink };
}

/** What must agree, keyed by id so that order does not matter. */
const essence = (events: MicrosoftEvent[]) =>
  Object.fromEntries(
    events.filter((one) => !one.isCancelled).map((one) => [one.id, [one.subject, one.start, one.end, one.isAllDay]]),
  );

const mutation = fc.record({
  kind: fc.constantFrom(
    ...(['single', 'series', 'patch', 'shift', 'move', 'pattern', 'delete', 'deleteOne', 'cancel', 'zone'] as const),
    ...(['expire', 'rename', 'touch'] as const),
  ),
  pick: fc.nat(),
  day: fc.integer({ min: -40, max: 32 }),
  hour: fc.nat(23),
  allDay: fc.boolean(),
  pattern: fc.constantFrom(...PATTERNS),
  zone: fc.constantFrom(...ZONES),
  syncs: fc.boolean(),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

/** Changes that the calendar refuses (no occurrence left, an unknown id) are part of the walk. */
function attempt(change: () => void): void {
  try {
    change();
  } catch (error) {
    expect(String(error)).toMatch(/No event|has no occurrence|does not become/);
  }
}

function apply(sim: MicrosoftSimulator, calendar: string, ids: string[], step: Mutation, index: number): void {
  const { kind, pick, day, hour, allDay, zone, pattern: recurrence } = step;
  const subject = `Change ${index}`;
  const window = { from: NOW - 5 * DAY, to: NOW + 60 * DAY };
  const shown = sim.truth(calendar, window);
  const instance = shown[pick % Math.max(shown.length, 1)];
  const known = ids[pick % Math.max(ids.length, 1)];
  const when = times(day, hour, allDay, zone);
  if (kind === 'single') ids.push(sim.insertEvent(calendar, { subject, ...when }));
  if (kind === 'series') attempt(() => ids.push(sim.insertEvent(calendar, { subject, ...when, recurrence })));
  if (kind === 'expire') sim.expireSyncTokens(calendar);
  if (known !== undefined) {
    if (kind === 'patch') attempt(() => sim.patchEvent(calendar, known, { subject }));
    if (kind === 'shift') attempt(() => sim.patchEvent(calendar, known, when));
    if (kind === 'pattern') attempt(() => sim.patchEvent(calendar, known, { recurrence }));
    if (kind === 'delete') attempt(() => sim.deleteEvent(calendar, known));
    if (kind === 'zone') attempt(() => sim.moveSeriesToZone(calendar, known, zone));
    if (kind === 'touch') attempt(() => sim.touch(calendar, known));
  }
  if (instance === undefined) return;
  if (kind === 'deleteOne') sim.deleteEvent(calendar, instance.id);
  if (kind === 'cancel') sim.cancelEvent(calendar, instance.id);
  if (kind === 'rename') sim.patchEvent(calendar, instance.id, { subject });
  if (kind === 'move') sim.patchEvent(calendar, instance.id, when);
}

it('lets a naive client converge: first round plus later ones equal the truth', async () => {
  const switches = fc.record({
    emptyPages: fc.nat(1),
    splitSeries: fc.boolean(),
    absentMasters: fc.boolean(),
    duplicateItems: fc.boolean(),
    shuffleItems: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 25 }), switches, async (steps, chosen) => {
      const sim = await startMicrosoftSimulator({ now: () => NOW });
      try {
        Object.assign(sim.switches, chosen);
        const ada = sim.addAccount({ email: 'ada@example.com' });
        const calendar = sim.addCalendar(ada);
        const client = await connectGraph(sim, ada);
        const ids: string[] = [];
        let copy = await listAll(client, calendar);
        for (const [index, step] of steps.entries()) {
          apply(sim, calendar, ids, step, index);
          if (!step.syncs && index < steps.length - 1) continue;
          copy = await catchUp(client, calendar, copy);
          const truth = sim.truth(calendar, { from: FROM, to: TO });
          expect(essence([...copy.events.values()])).toEqual(essence(truth));
        }
      } finally {
        await sim.close();
      }
    }),
    { numRuns: 60 },
  );
});
