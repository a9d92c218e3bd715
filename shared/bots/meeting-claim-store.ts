import { createHash } from 'node:crypto';
import { getAllRows } from '../store/batch-get.ts';
import { absent, all, any, equals, exists, sizeBelow } from '../store/expression.ts';
import { readableRows } from '../store/readable-rows.ts';
import { defineRow, type RowKey } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import type { TransactionItem } from '../store/transaction.ts';
import { updateRow } from '../store/write-row.ts';
import {
  type EventReference,
  type Meeting,
  type MeetingClaim,
  meetingClaimSchema,
  spellEventReference,
} from './meeting-claim.ts';

/** Each addition writes the whole row again. A meeting in more calendars has enough events that can take its bot over. */
const mostAttendeeEvents = 500;

const claimRow = defineRow('meeting claim', 1, meetingClaimSchema);

/** The hash, because a key attribute has a limit and a meeting key has none. */
const claimKey = ({ projectId, meetingKey }: Meeting): RowKey => ({
  PK: `CLAIM#${projectId}#${createHash('sha256').update(meetingKey).digest('hex')}`,
  SK: 'CLAIM',
});

/**
 * Adds an event to the attendee events of its meeting, so that the meeting finds it when it has lost its bot. One
 * request for an event that is in already, else two; repeating it changes nothing. Events are never taken out, because
 * whether an event still joins is decided when it is read.
 *
 * @param expiresAt seconds since the epoch, long after the meeting
 * @returns the claim after it
 */
export async function addAttendeeEvent(
  table: Table,
  meeting: Meeting,
  reference: EventReference,
  expiresAt: number,
): Promise<MeetingClaim> {
  const known = await readClaim(table, meeting);
  const isIn = known.attendee_events.some(({ event_id }) => event_id === reference.event_id);
  if (isIn || known.attendee_events.length >= mostAttendeeEvents) return known;
  const { row } = await updateRow(table, claimKey(meeting), {
    add: { attendee_events: new Set([spellEventReference(reference)]) },
    set: { expires_at: expiresAt },
    when: any(absent('attendee_events'), sizeBelow('attendee_events', mostAttendeeEvents)),
  });
  return claimRow.read(row);
}

async function readClaim(table: Table, meeting: Meeting): Promise<MeetingClaim> {
  const [row] = await getAllRows(table, [claimKey(meeting)]);
  return claimRow.read(row ?? {});
}

/** The claims that exist, by meeting key: a hundred a request. */
export async function readClaims(
  table: Table,
  projectId: string,
  meetingKeys: string[],
): Promise<Map<string, MeetingClaim>> {
  const wanted = new Map(meetingKeys.map((meetingKey) => [claimKey({ projectId, meetingKey }).PK, meetingKey]));
  const keys = [...wanted.keys()].map((PK) => ({ PK, SK: 'CLAIM' }));
  const claims = new Map<string, MeetingClaim>();
  for (let index = 0; index < keys.length; index += 100) {
    const rows = await getAllRows(table, keys.slice(index, index + 100));
    const read = (row: Record<string, unknown>): [string, MeetingClaim] => [
      wanted.get(String(row.PK)) ?? '',
      claimRow.read(row),
    ];
    for (const [meetingKey, claim] of readableRows(table, rows, read)) claims.set(meetingKey, claim);
  }
  return claims;
}

/**
 * Makes a bot the meeting's, in the transaction that creates or changes the bot. It is refused when the claim was
 * written since it was read: of many writers at once one gets through.
 */
export const takeClaimItem = (
  meeting: Meeting,
  { version }: MeetingClaim,
  { bot_id, holder }: { bot_id: string; holder: EventReference },
): TransactionItem => ({
  update: claimKey(meeting),
  change: {
    set: { bot_id, holder: spellEventReference(holder), version: version + 1 },
    when:
      version === 0 ? all(exists(), any(absent('version'), equals('version', version))) : equals('version', version),
  },
});

/** Records that a user removed the meeting's bot: no rule gives the meeting another one. */
export const suppressClaimItem = (meeting: Meeting): TransactionItem => ({
  update: claimKey(meeting),
  change: { set: { suppressed: true }, add: { version: 1 } },
});
