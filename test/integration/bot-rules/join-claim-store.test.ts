import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomId } from '../../../shared/domain/identifiers.ts';
import {
  claimJoin,
  type EventPlace,
  leaveJoin,
  type Meeting,
  readClaims,
  withholdJoin,
} from '../../../shared/store/join-claim-store.ts';
import type { Table } from '../../../shared/store/table.ts';
import { openStackTable } from '../../support/open-stack-table.ts';
import { startTestStack, type TestStack } from '../../support/start-test-stack.ts';

let stack: TestStack;
let table: Table;
beforeAll(async () => {
  stack = await startTestStack();
  table = openStackTable(stack.local);
});
afterAll(async () => {
  table?.client.destroy();
  await stack?.close();
});

const expiresAt = 4_000_000_000;
const placeOf = (index: number): EventPlace => ({ event_id: `evt_${index}`, calendar_id: `cal_${index}` });
const newMeeting = (): Meeting => ({ projectId: randomId('proj'), meetingKey: 'zoom:1@2026-05-04T10:00:00.000000Z' });
const claim = (meeting: Meeting, index: number, from = table) => claimJoin(from, meeting, placeOf(index), expiresAt);
const leave = (meeting: Meeting, index: number, from = table) => leaveJoin(from, meeting, placeOf(index));
const read = async ({ projectId, meetingKey }: Meeting) =>
  (await readClaims(table, projectId, [meetingKey])).get(meetingKey) ?? null;

/** The table of somebody who dies after some requests. */
function dieAfter(requests: number): Table {
  let left = requests;
  const client = new Proxy(table.client, {
    get: (target, name) => {
      if (name !== 'send') return Reflect.get(target, name);
      return async (command: Parameters<typeof target.send>[0]) => {
        left -= 1;
        if (left < 0) throw new Error('dead');
        return target.send(command);
      };
    },
  });
  return { name: table.name, client };
}

describe('the claim on a meeting', () => {
  it('is of the first to come, for as long as it stays', async () => {
    const meeting = newMeeting();
    expect(await claim(meeting, 2)).toMatchObject({ carrier: 'evt_2', carrier_calendar_id: 'cal_2' });
    expect((await claim(meeting, 1)).carrier).toBe('evt_2');
    expect((await claim(meeting, 2)).carrier).toBe('evt_2');
    expect(await read(meeting)).toEqual({
      carrier: 'evt_2',
      carrier_calendar_id: 'cal_2',
      candidates: [placeOf(1), placeOf(2)],
      withheld: false,
    });
  });

  it('goes to the smallest event id left, and to nobody when none is', async () => {
    const meeting = newMeeting();
    for (const index of [3, 5, 1, 4]) await claim(meeting, index);
    expect((await leave(meeting, 4))?.carrier).toBe('evt_3');
    expect((await leave(meeting, 3))?.carrier).toBe('evt_1');
    expect((await leave(meeting, 3))?.carrier).toBe('evt_1');
    expect((await leave(meeting, 1))?.carrier).toBe('evt_5');
    expect(await leave(meeting, 5)).toBeNull();
    expect(await read(meeting)).toBeNull();
    expect(await leave(meeting, 5)).toBeNull();
    expect((await claim(meeting, 4)).carrier).toBe('evt_4');
  });

  it('is each meeting’s and each project’s own', async () => {
    const meeting = newMeeting();
    await claim(meeting, 1);
    expect((await claim({ ...meeting, meetingKey: 'x'.repeat(10_000) }, 2)).carrier).toBe('evt_2');
    expect((await claim({ ...meeting, projectId: randomId('proj') }, 3)).carrier).toBe('evt_3');
    const many = Array.from({ length: 150 }, (_, index) => `key ${index}`);
    await claim({ ...meeting, meetingKey: 'key 120' }, 7);
    const found = await readClaims(table, meeting.projectId, [...many, meeting.meetingKey]);
    expect([...found].map(([key, { carrier }]) => [key, carrier])).toEqual([
      ['key 120', 'evt_7'],
      [meeting.meetingKey, 'evt_1'],
    ]);
  });

  it('remembers that the bot was removed, also when everybody has left', async () => {
    const meeting = newMeeting();
    expect(await withholdJoin(table, meeting)).toBe(false);
    expect(await read(meeting)).toBeNull();
    await claim(meeting, 1);
    expect(await withholdJoin(table, meeting)).toBe(true);
    expect((await claim(meeting, 2)).withheld).toBe(true);
    await leave(meeting, 1);
    await leave(meeting, 2);
    expect((await read(meeting))?.withheld).toBe(true);
    expect(await claim(meeting, 3)).toMatchObject({ carrier: 'evt_3', withheld: true });
  });
});

describe('many at once', () => {
  it('come to one carrier, whoever it is', async () => {
    for (let round = 0; round < 5; round += 1) {
      const meeting = newMeeting();
      const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => claim(meeting, index)));
      expect(new Set(answers.map(({ carrier }) => carrier)).size).toBe(1);
      expect((await read(meeting))?.candidates).toHaveLength(30);
    }
  });

  it('leave one carrier among those who stay, and nothing when nobody does', async () => {
    for (let round = 0; round < 5; round += 1) {
      const meeting = newMeeting();
      for (let index = 0; index < 12; index += 1) await claim(meeting, index);
      const leavers = Array.from({ length: 8 }, (_, index) => index);
      await Promise.all([...leavers.map((index) => leave(meeting, index)), claim(meeting, 20), claim(meeting, 21)]);
      const settled = await read(meeting);
      expect(settled?.candidates.map(({ event_id }) => event_id).sort()).toEqual(
        [8, 9, 10, 11, 20, 21].map((index) => `evt_${index}`).sort(),
      );
      expect(settled?.candidates.map(({ event_id }) => event_id)).toContain(settled?.carrier);
      await Promise.all([8, 9, 10, 11, 20, 21].map((index) => leave(meeting, index)));
      expect(await read(meeting)).toBeNull();
    }
  });

  it('never both believe to have the bot, whatever they do and wherever they die', async () => {
    const step = fc.record({
      index: fc.integer({ min: 0, max: 4 }),
      leaves: fc.boolean(),
      lives: fc.option(fc.integer({ min: 0, max: 3 }), { nil: 9, freq: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), async (rounds) => {
        const meeting = newMeeting();
        const inside = new Set<number>();
        for (const round of rounds) {
          const once = [...new Map(round.map((one) => [one.index, one])).values()];
          await Promise.all(
            once.map(async ({ index, leaves, lives }) => {
              const act = leaves ? leave : claim;
              // Who died is called again, as a message of the queue is.
              await act(meeting, index, dieAfter(lives)).catch(() => act(meeting, index));
              if (leaves) inside.delete(index);
              else inside.add(index);
            }),
          );
          const settled = await read(meeting);
          const members = [...inside].map((index) => `evt_${index}`).sort();
          expect(settled?.candidates.map(({ event_id }) => event_id) ?? []).toEqual(members);
          if (settled) expect(members).toContain(settled.carrier);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('go on after one who died before handing on', async () => {
    const meeting = newMeeting();
    for (const index of [1, 2, 3]) await claim(meeting, index);
    await expect(leave(meeting, 1, dieAfter(1))).rejects.toThrow('dead');
    expect((await read(meeting))?.carrier).toBe('evt_1');
    expect((await claim(meeting, 3)).carrier).toBe('evt_2');
  });
});
