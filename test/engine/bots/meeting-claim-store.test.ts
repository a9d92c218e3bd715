import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  claimItem,
  type EventPlace,
  enterClaim,
  type Meeting,
  readClaims,
  type StoredClaim,
} from '../../../shared/bot-rules/meeting-claim-store.ts';
import { randomId } from '../../../shared/platform/ids.ts';
import { failedConditions } from '../../../shared/store/condition-failure.ts';
import { retryConflict } from '../../../shared/store/retry-conflict.ts';
import type { Table } from '../../../shared/store/table.ts';
import { claimMeeting, claimsExpireAt, withholdMeeting } from '../../support/claim-meeting.ts';
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

const placeOf = (index: number): EventPlace => ({ event_id: `evt_${index}`, calendar_id: `cal_${index}` });
const newMeeting = (): Meeting => ({ projectId: randomId('proj'), meetingKey: 'zoom:1@2026-05-04T10:00:00.000000Z' });
const enter = (meeting: Meeting, index: number) => enterClaim(table, meeting, placeOf(index), claimsExpireAt);
const read = async ({ projectId, meetingKey }: Meeting) =>
  (await readClaims(table, projectId, [meetingKey])).get(meetingKey) ?? null;

/** @returns whether it was taken */
async function nameBot(meeting: Meeting, claim: StoredClaim, index: number): Promise<boolean> {
  const item = claimItem(table, meeting, claim, { bot_id: `bot_${index}`, place: placeOf(index) });
  try {
    await retryConflict(() => table.client.send(new TransactWriteCommand({ TransactItems: [item] })));
    return true;
  } catch (error) {
    if (failedConditions(error).length === 0) throw error;
    return false;
  }
}

describe('the claim on a meeting', () => {
  it('knows who entered, and names no bot before there is one', async () => {
    const meeting = newMeeting();
    await enter(meeting, 2);
    const answer = await enter(meeting, 1);
    expect(await enter(meeting, 2)).toEqual(answer);
    expect(answer).toEqual({
      carrier: null,
      carrier_calendar_id: null,
      bot_id: null,
      turn: 0,
      candidates: [placeOf(1), placeOf(2)],
      withheld: false,
    });
    expect(await read(meeting)).toEqual(answer);
  });

  it('names the bot of the first to come, and another one only for who has seen that', async () => {
    const meeting = newMeeting();
    const seen = await enter(meeting, 2);
    expect(await nameBot(meeting, seen, 2)).toBe(true);
    expect(await nameBot(meeting, seen, 1)).toBe(false);
    const after = await enter(meeting, 1);
    expect(after).toMatchObject({ carrier: 'evt_2', carrier_calendar_id: 'cal_2', bot_id: 'bot_2', turn: 1 });
    expect(await nameBot(meeting, after, 1)).toBe(true);
    expect(await read(meeting)).toMatchObject({ carrier: 'evt_1', bot_id: 'bot_1', turn: 2 });
  });

  it('is each meeting’s and each project’s own', async () => {
    const meeting = newMeeting();
    await claimMeeting(table, meeting, placeOf(1));
    expect(await enter({ ...meeting, meetingKey: 'x'.repeat(10_000) }, 2)).toMatchObject({ carrier: null });
    expect(await enter({ ...meeting, projectId: randomId('proj') }, 3)).toMatchObject({ carrier: null });
    const many = Array.from({ length: 150 }, (_, index) => `key ${index}`);
    await claimMeeting(table, { ...meeting, meetingKey: 'key 120' }, placeOf(7));
    const found = await readClaims(table, meeting.projectId, [...many, meeting.meetingKey]);
    expect([...found].map(([key, { carrier }]) => [key, carrier])).toEqual([
      ['key 120', 'evt_7'],
      [meeting.meetingKey, 'evt_1'],
    ]);
  });

  it('remembers that the bot was removed, also of one whose row is gone, and names none for who has not seen it', async () => {
    const meeting = newMeeting();
    await withholdMeeting(table, meeting);
    expect(await enter(meeting, 1)).toMatchObject({ withheld: true });
    const other = newMeeting();
    const seen = await enter(other, 1);
    await withholdMeeting(table, other);
    expect(await nameBot(other, seen, 1)).toBe(false);
    expect(await enter(other, 2)).toMatchObject({ withheld: true });
  });

  it('gives one of many at once its bot', async () => {
    for (let round = 0; round < 5; round += 1) {
      const meeting = newMeeting();
      const taken = await Promise.all(
        Array.from({ length: 30 }, async (_, index) => nameBot(meeting, await enter(meeting, index), index)),
      );
      const claim = await read(meeting);
      expect(claim?.candidates).toHaveLength(30);
      expect(taken.filter(Boolean)).toHaveLength(claim?.turn ?? 0);
      expect(taken[Number(claim?.carrier?.slice('evt_'.length))]).toBe(true);
    }
  });

  it('does not grow beyond what a row holds', async () => {
    const meeting = newMeeting();
    const places = Array.from({ length: 510 }, (_, index) => placeOf(index));
    for (let from = 0; from < places.length; from += 17) {
      await Promise.all(places.slice(from, from + 17).map((_place, index) => enter(meeting, from + index)));
    }
    const claim = await enter(meeting, 5000);
    expect(claim.candidates.length).toBeGreaterThanOrEqual(500);
    expect(claim.candidates.length).toBeLessThanOrEqual(510);
    expect(claim.candidates).not.toContainEqual(placeOf(5000));
  });
});
