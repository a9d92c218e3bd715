import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  at,
  FROM,
  type GraphMailbox,
  meeting,
  NOW,
  series,
  startGraphMailbox,
  TO,
  WEEKLY,
} from '../../support/graph-mailbox.ts';

import { deltaPath } from '../../support/microsoft-client.ts';

let sim: GraphMailbox['sim'];
let calendar: GraphMailbox['calendar'];
let client: GraphMailbox['client'];
let first: string;

beforeEach(async () => {
  ({ sim, calendar, client } = await startGraphMailbox({ now: () => NOW }));
  first = deltaPath(calendar, FROM, TO);
});

afterEach(() => sim.close());

describe('calendarView/delta as a set of items', () => {
  it('sends single events in full, masters with their first dates, occurrences as stubs', async () => {
    const single = sim.insertEvent(calendar, meeting('2026-11-24'));
    const master = sim.insertEvent(calendar, series);
    const { items } = await client.round(first);
    const stubs = items.filter(({ type }) => type === 'occurrence');
    expect(items.map(({ type }) => type)).toEqual(['singleInstance', 'seriesMaster', ...stubs.map(({ type }) => type)]);
    expect(items[0]).toMatchObject({ id: single, subject: 'Meeting', isCancelled: false, recurrence: null });
    expect(items[1]).toMatchObject({
      id: master,
      start: { dateTime: '2019-01-07T09:30:00.0000000', timeZone: 'UTC' },
      recurrence: { pattern: { type: 'weekly' }, range: { type: 'noEnd', startDate: '2019-01-07' } },
    });
    expect(stubs.map(({ start }) => start?.dateTime.slice(0, 10))).toEqual([
      '2026-11-23',
      '2026-11-30',
      '2026-12-07',
      '2026-12-14',
    ]);
    const keys = ['@odata.etag', '@odata.type', 'end', 'id', 'seriesMasterId', 'start', 'type'];
    expect(stubs.map((stub) => Object.keys(stub).sort())).toEqual(stubs.map(() => keys));
    expect(stubs.every((stub) => stub.seriesMasterId === master)).toBe(true);
  });

  it('leaves the master out by switch, but never of a series that changed', async () => {
    const master = sim.insertEvent(calendar, series);
    sim.switches.absentMasters = true;
    const { items, deltaLink } = await client.round(first);
    expect(items.map(({ type }) => type)).toEqual(Array.from({ length: 4 }, () => 'occurrence'));
    const path = `/me/calendars/${encodeURIComponent(calendar)}/events/${encodeURIComponent(master)}`;
    expect((await client.get(path)).json).toMatchObject({ subject: 'Weekly', type: 'seriesMaster' });
    sim.patchEvent(calendar, master, { subject: 'Renamed' });
    expect((await client.round(deltaLink)).items[0]).toMatchObject({ type: 'seriesMaster', subject: 'Renamed' });
  });

  it('delivers the whole series again when one occurrence is deleted, without a tombstone', async () => {
    const master = sim.insertEvent(calendar, series);
    const { items, deltaLink } = await client.round(first);
    const victim = items[2]?.id ?? '';
    sim.deleteInstance(calendar, victim);
    const round = await client.round(deltaLink);
    expect(round.items.map(({ id }) => id)).toEqual(items.map(({ id }) => id).filter((id) => id !== victim));
    expect(round.items[0]?.id).toBe(master);
    expect(round.items.some((item) => '@removed' in item)).toBe(false);
  });

  it('delivers an exception in full, with its series and its original start', async () => {
    sim.insertEvent(calendar, series);
    const { items, deltaLink } = await client.round(first);
    const moved = items[2]?.id ?? '';
    sim.moveInstance(calendar, moved, { start: at('2026-12-01T08:00:00'), end: at('2026-12-01T09:00:00') });
    const round = await client.round(deltaLink);
    expect(round.items).toHaveLength(5);
    expect(round.items.find(({ id }) => id === moved)).toMatchObject({
      type: 'exception',
      subject: 'Weekly',
      start: { dateTime: '2026-12-01T07:00:00.0000000' },
      originalStart: '2026-11-30T09:30:00.000Z',
    });
  });

  it('has exceptions where they happen now, not where their pattern put them', async () => {
    sim.insertEvent(calendar, series);
    const { items, deltaLink } = await client.round(first);
    const [leaves, outside] = [items[2]?.id ?? '', { from: '2027-02-01T00:00:00Z', to: '2027-02-02T00:00:00Z' }];
    sim.moveInstance(calendar, leaves, { start: at('2027-02-01T18:00:00'), end: at('2027-02-01T19:00:00') });
    expect((await client.round(deltaLink)).items.map(({ id }) => id)).not.toContain(leaves);
    expect(sim.truth(calendar, { from: FROM, to: TO })).toHaveLength(3);
    expect(sim.truth(calendar, outside).map(({ id }) => id)).toContain(leaves);
    const enters = sim.truth(calendar, { from: '2027-03-01T00:00:00Z', to: '2027-03-02T00:00:00Z' })[0]?.id ?? '';
    sim.moveInstance(calendar, enters, { start: at('2026-11-25T18:00:00'), end: at('2026-11-25T19:00:00') });
    const entered = (await client.round(deltaLink)).items.find(({ id }) => id === enters);
    expect(entered).toMatchObject({ type: 'exception', start: { dateTime: '2026-11-25T17:00:00.0000000' } });
  });

  it('says one removal for a deleted series and nothing of its occurrences', async () => {
    const master = sim.insertEvent(calendar, series);
    const { deltaLink } = await client.round(first);
    sim.deleteSeries(calendar, master);
    expect((await client.round(deltaLink)).items).toEqual([{ id: master, '@removed': { reason: 'deleted' } }]);
  });

  it('reports what moves out of the window, and changes outside of it, as deleted', async () => {
    const inside = sim.insertEvent(calendar, meeting('2026-11-24'));
    const outside = sim.insertEvent(calendar, meeting('2027-05-01'));
    const { deltaLink } = await client.round(first);
    sim.patchEvent(calendar, inside, { start: at('2027-06-01T10:00:00'), end: at('2027-06-01T11:00:00') });
    sim.patchEvent(calendar, outside, { subject: 'Nobody here knows me' });
    const gone = await client.round(deltaLink);
    expect(gone.items).toEqual([inside, outside].map((id) => ({ id, '@removed': { reason: 'deleted' } })));
    sim.patchEvent(calendar, inside, { start: at('2026-11-24T10:00:00'), end: at('2026-11-24T11:00:00') });
    expect((await client.round(gone.deltaLink)).items).toMatchObject([{ id: inside, type: 'singleInstance' }]);
  });

  it('does not mention what was created and deleted between two rounds', async () => {
    const { deltaLink } = await client.round(first);
    sim.deleteEvent(calendar, sim.insertEvent(calendar, meeting('2026-11-24')));
    sim.deleteSeries(calendar, sim.insertEvent(calendar, series));
    expect((await client.round(deltaLink)).items).toEqual([]);
  });

  it('keeps a cancelled event, marked, until it is deleted', async () => {
    const id = sim.insertEvent(calendar, meeting('2026-11-24'));
    const { deltaLink } = await client.round(first);
    sim.cancelEvent(calendar, id);
    const cancelled = await client.round(deltaLink);
    expect(cancelled.items).toMatchObject([{ id, isCancelled: true, subject: 'Canceled: Meeting' }]);
    expect((await client.round(first)).items).toHaveLength(1);
    expect(sim.truth(calendar, { from: FROM, to: TO })).toEqual([]);
    sim.deleteEvent(calendar, id);
    expect((await client.round(cancelled.deltaLink)).items).toMatchObject([{ id, '@removed': {} }]);
  });

  it('repeats and shuffles items by switch', async () => {
    await sim.close();
    let seed = 1;
    ({ sim, calendar, client } = await startGraphMailbox({
      now: () => NOW,
      random: () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647,
    }));
    const ids = sim.insertMany(
      calendar,
      Array.from({ length: 9 }, () => meeting('2026-11-24')),
    );
    const path = deltaPath(calendar, FROM, TO);
    sim.switches.duplicateItems = true;
    const repeated = (await client.round(path)).items.map(({ id }) => id);
    expect(repeated.length).toBeGreaterThan(9);
    expect(new Set(repeated)).toEqual(new Set(ids));
    sim.switches.duplicateItems = false;
    sim.switches.shuffleItems = true;
    const shuffled = (await client.round(path)).items.map(({ id }) => id);
    expect(shuffled).not.toEqual(ids);
    expect(shuffled.toSorted()).toEqual(ids.toSorted());
  });

  it('turns a single event into a series under the same id', async () => {
    const id = sim.insertEvent(calendar, meeting('2026-11-23'));
    const { deltaLink } = await client.round(first);
    sim.patchEvent(calendar, id, { recurrence: WEEKLY });
    const { items } = await client.round(deltaLink);
    expect(items[0]).toMatchObject({ id, type: 'seriesMaster' });
    expect(items).toHaveLength(5);
  });

  it('moves a series to another zone with its wall-clock times', async () => {
    const id = sim.insertEvent(calendar, series);
    sim.moveSeriesToZone(calendar, id, 'Eastern Standard Time');
    const [monday] = sim.truth(calendar, { from: FROM, to: TO });
    expect(monday).toMatchObject({
      start: { dateTime: '2026-11-23T15:30:00.0000000' },
      originalStartTimeZone: 'Eastern Standard Time',
    });
  });
});
