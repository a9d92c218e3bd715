import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GoogleEvent } from '../../../local/simulators/google/google-event.ts';
import { type GoogleSimulator, startGoogleSimulator } from '../../../local/simulators/google/google-simulator.ts';
import { connect, type GoogleClient } from '../../support/google-client.ts';

const NOW = Date.parse('2026-10-20T09:00:00Z');
const DAY = 86_400_000;
const EMAIL = 'ada@example.com';
const FROM = NOW - DAY;
const TO = NOW + 28 * DAY;
const RULES = ['FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=MO,TH', 'FREQ=DAILY;INTERVAL=3;COUNT=9', 'FREQ=MONTHLY;BYDAY=2TU'];

/** What a client that trusts every delta keeps: events by id. Its window is applied when it is read. */
type Copy = { events: Map<string, GoogleEvent>; syncToken: string };

const iso = (ms: number) => new Date(ms).toISOString();
const times = (day: number, hour: number, allDay: boolean) => {
  const start = NOW + day * DAY + hour * 3_600_000;
  if (allDay) return { start: { date: iso(start).slice(0, 10) }, end: { date: iso(start + DAY).slice(0, 10) } };
  const timeZone = 'Europe/Berlin';
  return { start: { dateTime: iso(start), timeZone }, end: { dateTime: iso(start + 3_600_000), timeZone } };
};

async function listAll(client: GoogleClient): Promise<Copy> {
  const query = { singleEvents: 'true', maxResults: '7', timeMin: iso(FROM), timeMax: iso(TO) };
  const { items, last } = await client.list(EMAIL, query);
  return { events: new Map(items.map((item) => [item.id, item])), syncToken: last.json.nextSyncToken ?? '' };
}

async function catchUp(client: GoogleClient, copy: Copy): Promise<Copy> {
  const query = { singleEvents: 'true', maxResults: '300', syncToken: copy.syncToken };
  const { items, last } = await client.list(EMAIL, query);
  if (last.status === 410) return listAll(client);
  for (const item of items) {
    if (item.status === 'cancelled') copy.events.delete(item.id);
    else copy.events.set(item.id, item);
  }
  return { events: copy.events, syncToken: last.json.nextSyncToken ?? '' };
}

/** All-day events count from midnight to midnight in Berlin, the calendar's zone; it lies at +1 or +2 here. */
function inWindow(event: GoogleEvent): boolean {
  const instant = (time: GoogleEvent['start']) => {
    if (time?.dateTime !== undefined) return Date.parse(time.dateTime);
    return Date.parse(`${time?.date}T00:00:00${(time?.date ?? '') <= '2026-10-25' ? '+02:00' : '+01:00'}`);
  };
  return instant(event.end) > FROM && instant(event.start) < TO;
}

/** What must agree, keyed by id so that order does not matter. */
const essence = (events: GoogleEvent[]) =>
  Object.fromEntries(events.map((one) => [one.id, [one.summary, one.start, one.end, one.originalStartTime]]));

const mutation = fc.record({
  kind: fc.constantFrom('single', 'series', 'patch', 'shift', 'move', 'rule', 'delete', 'revive', 'split', 'expire'),
  pick: fc.nat(),
  day: fc.integer({ min: -3, max: 32 }),
  hour: fc.nat(23),
  allDay: fc.boolean(),
  rule: fc.constantFrom(...RULES),
  syncs: fc.boolean(),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

function apply(sim: GoogleSimulator, ids: string[], step: Mutation, index: number): void {
  const { kind, pick, day, hour, allDay } = step;
  const summary = `Change ${index}`;
  const instances = sim.truth(EMAIL, { from: NOW - 5 * DAY, to: NOW + 60 * DAY });
  const shown = instances[pick % Math.max(instances.length, 1)];
  const known = ids[pick % Math.max(ids.length, 1)];
  const recurrence = [`RRULE:${step.rule}`];
  if (kind === 'single') ids.push(sim.insertEvent(EMAIL, { summary, ...times(day, hour, allDay) }));
  if (kind === 'series') ids.push(sim.insertEvent(EMAIL, { summary, ...times(day, hour, allDay), recurrence }));
  if (kind === 'expire') sim.expireSyncTokens(EMAIL);
  if (kind === 'patch' && known !== undefined) sim.patchEvent(EMAIL, known, { summary });
  if (kind === 'shift' && known !== undefined) sim.patchEvent(EMAIL, known, times(day, hour, allDay));
  if (kind === 'rule' && known !== undefined) {
    sim.patchEvent(EMAIL, known, { recurrence: step.syncs && step.allDay ? null : recurrence });
  }
  if (kind === 'revive' && known !== undefined) sim.patchEvent(EMAIL, known, { status: 'confirmed' });
  if (kind === 'delete') {
    const target = step.allDay ? known : shown?.id;
    if (target !== undefined) sim.deleteEvent(EMAIL, target);
  }
  if (shown?.recurringEventId === undefined) return;
  if (kind === 'move') sim.moveInstance(EMAIL, shown.id, times(day, hour, allDay));
  if (kind === 'split') {
    const siblings = instances.filter((instance) => instance.recurringEventId === shown.recurringEventId);
    const startOf = (instance: GoogleEvent) =>
      Date.parse(instance.originalStartTime?.dateTime ?? instance.originalStartTime?.date ?? '');
    // The first instance cannot be split off; the last one shown is the first only of a series of one.
    const latest = siblings.reduce((a, b) => (startOf(a) > startOf(b) ? a : b));
    if (siblings.some((instance) => startOf(instance) < startOf(latest))) {
      ids.push(sim.splitSeries(EMAIL, latest.id, { summary }));
    }
  }
}

/** A series that becomes a single event, a series again, and is then deleted: its instances are gone twice. */
const seriesAgain: Mutation[] = (['series', 'rule', 'rule', 'delete'] as const).map((kind, index) => ({
  kind,
  pick: 0,
  day: 0,
  hour: 0,
  allDay: index % 2 === 1,
  rule: 'FREQ=DAILY',
  syncs: true,
}));

it('lets a naive client converge: listing plus deltas, restricted to the window, equal the truth', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 25 }), async (steps) => {
      const sim = await startGoogleSimulator({ now: () => NOW });
      try {
        const ada = sim.addAccount({ email: EMAIL });
        sim.addCalendar(ada, { timeZone: 'Europe/Berlin' });
        const client = await connect(sim, ada);
        const ids: string[] = [];
        let copy = await listAll(client);
        for (const [index, step] of steps.entries()) {
          apply(sim, ids, step, index);
          if (!step.syncs && index < steps.length - 1) continue;
          copy = await catchUp(client, copy);
          const held = [...copy.events.values()].filter(inWindow);
          const truth = sim.truth(EMAIL, { from: FROM, to: TO });
          expect(essence(held)).toEqual(essence(truth));
        }
      } finally {
        await sim.close();
      }
    }),
    { numRuns: 60, examples: [[seriesAgain]] },
  );
});
