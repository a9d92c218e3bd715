import { describe, expect, it } from 'vitest';
import type { EventReference, Meeting, MeetingClaim } from '../../../shared/bots/meeting-claim.ts';
import { readClaims, takeClaimItem } from '../../../shared/bots/meeting-claim-store.ts';
import { randomId } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { transact } from '../../../shared/store/transaction.ts';
import { claimMeeting, enterClaim, suppressMeeting } from '../../support/claim-meeting.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

const referenceOf = (index: number): EventReference => ({ event_id: `evt_${index}`, calendar_id: `cal_${index}` });
const start = timestampOf(Date.UTC(2026, 4, 4, 10));
const newMeeting = (): Meeting => ({ projectId: randomId('proj'), meetingKey: `zoom:1@${start}` });
const add = (meeting: Meeting, index: number) => enterClaim(stack.table, meeting, referenceOf(index));
const read = async ({ projectId, meetingKey }: Meeting) =>
  (await readClaims(stack.table, projectId, [meetingKey])).get(meetingKey) ?? null;

/** @returns whether the claim was taken */
async function take(meeting: Meeting, claim: MeetingClaim, index: number, at = start): Promise<boolean> {
  const item = takeClaimItem(meeting, claim, { bot_id: `bot_${index}`, holder: referenceOf(index), at });
  return (await transact(stack.table, { item })).length === 0;
}

describe('a meeting claim', () => {
  it('lists the events that were added, and has no bot at first', async () => {
    const meeting = newMeeting();
    await add(meeting, 2);
    const answer = await add(meeting, 1);
    expect(await add(meeting, 2)).toEqual(answer);
    expect(answer).toEqual({
      holder: null,
      bot_id: null,
      version: 0,
      changed_on: null,
      changes_that_day: 0,
      attendee_events: [referenceOf(1), referenceOf(2)],
      suppressed: false,
    });
    expect(await read(meeting)).toEqual(answer);
  });

  it('is taken by the first writer, and by a later one only who has read the version before', async () => {
    const meeting = newMeeting();
    const seen = await add(meeting, 2);
    expect(await take(meeting, seen, 2)).toBe(true);
    expect(await take(meeting, seen, 1)).toBe(false);
    const after = await add(meeting, 1);
    expect(after).toMatchObject({ holder: referenceOf(2), bot_id: 'bot_2', version: 1 });
    expect(await take(meeting, after, 1)).toBe(true);
    expect(await read(meeting)).toMatchObject({ holder: referenceOf(1), bot_id: 'bot_1', version: 2 });
  });

  it('belongs to one meeting of one project', async () => {
    const meeting = newMeeting();
    await claimMeeting(stack.table, meeting, referenceOf(1));
    expect(await add({ ...meeting, meetingKey: `${'x'.repeat(10_000)}@${start}` }, 2)).toMatchObject({ holder: null });
    expect(await add({ ...meeting, projectId: randomId('proj') }, 3)).toMatchObject({ holder: null });
    const many = Array.from({ length: 150 }, (_, index) => `key ${index}@${start}`);
    await claimMeeting(stack.table, { ...meeting, meetingKey: `key 120@${start}` }, referenceOf(7));
    const found = await readClaims(stack.table, meeting.projectId, [...many, meeting.meetingKey]);
    expect([...found].map(([key, { holder }]) => [key, holder?.event_id])).toEqual([
      [`key 120@${start}`, 'evt_7'],
      [meeting.meetingKey, 'evt_1'],
    ]);
  });

  it('stays suppressed after its bot was removed, even without a row, and cannot be taken with an earlier version', async () => {
    const meeting = newMeeting();
    await suppressMeeting(stack.table, meeting);
    expect(await add(meeting, 1)).toMatchObject({ suppressed: true });
    const other = newMeeting();
    const seen = await add(other, 1);
    await suppressMeeting(stack.table, other);
    expect(await take(other, seen, 1)).toBe(false);
    expect(await add(other, 2)).toMatchObject({ suppressed: true });
  });

  it('is taken by one of many writers at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const meeting = newMeeting();
      const taken = await Promise.all(
        Array.from({ length: 30 }, async (_, index) => take(meeting, await add(meeting, index), index)),
      );
      const claim = await read(meeting);
      expect(claim?.attendee_events).toHaveLength(30);
      expect(taken.filter(Boolean)).toHaveLength(claim?.version ?? 0);
      expect(taken[Number(claim?.holder?.event_id.slice('evt_'.length))]).toBe(true);
    }
  });

  it('gets another bot 200 times a day at most, so that no loop of rules is endless', async () => {
    const meeting = newMeeting();
    const noon = (day: number) => timestampOf(Date.UTC(2026, 4, day, 12));
    const seen = await add(meeting, 1);
    for (let version = 0; version < 200; version += 1) {
      expect(
        await take(meeting, { ...seen, version, changed_on: '2026-05-04', changes_that_day: version }, 1, noon(4)),
      ).toBe(true);
    }
    const claim = await add(meeting, 1);
    expect(claim).toMatchObject({ version: 200, changed_on: '2026-05-04', changes_that_day: 200 });
    await expect(take(meeting, claim, 1, noon(4))).rejects.toThrow(/another bot 200 times today: CLAIM#proj_/);
    expect(await take(meeting, claim, 1, noon(5))).toBe(true);
    expect(await read(meeting)).toMatchObject({ version: 201, changed_on: '2026-05-05', changes_that_day: 1 });
  });

  it('does not grow beyond what a row holds', async () => {
    const meeting = newMeeting();
    const references = Array.from({ length: 510 }, (_, index) => referenceOf(index));
    for (let from = 0; from < references.length; from += 17) {
      await Promise.all(references.slice(from, from + 17).map((_reference, index) => add(meeting, from + index)));
    }
    const claim = await add(meeting, 5000);
    expect(claim.attendee_events.length).toBeGreaterThanOrEqual(500);
    expect(claim.attendee_events.length).toBeLessThanOrEqual(510);
    expect(claim.attendee_events).not.toContainEqual(referenceOf(5000));
  });
});
