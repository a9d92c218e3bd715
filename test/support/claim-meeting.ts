import type { EventReference, Meeting, MeetingClaim } from '../../shared/bots/meeting-claim.ts';
import {
  addAttendeeEvent,
  readClaims,
  suppressClaimItem,
  takeClaimItem,
} from '../../shared/bots/meeting-claim-store.ts';
import { timestampOf } from '../../shared/platform/timestamp.ts';
import type { Table } from '../../shared/store/table.ts';
import { transact } from '../../shared/store/transaction.ts';

/** Seconds since the epoch; later than any test. */
const claimsExpireAt = 4_000_000_000;

/** Long before any test, so that its claims are not counted. */
const claimedAt = timestampOf(Date.UTC(2026, 0, 1));

/** Adds an event to the meeting's claim, as it is stored. */
export async function enterClaim(table: Table, meeting: Meeting, reference: EventReference): Promise<MeetingClaim> {
  const known = (await readClaims(table, meeting.projectId, [meeting.meetingKey])).get(meeting.meetingKey);
  return addAttendeeEvent(table, meeting, known, { reference, expiresAt: claimsExpireAt });
}

/** Adds an event to the meeting's claim and makes a bot of it the meeting's, as the transaction does that creates the bot. */
export async function claimMeeting(
  table: Table,
  meeting: Meeting,
  holder: EventReference,
  bot_id = 'bot_1',
): Promise<void> {
  const claim = await enterClaim(table, meeting, holder);
  await transact(table, { claim: takeClaimItem(meeting, claim, { bot_id, holder, at: claimedAt }) });
}

/** Records that a user removed the meeting's bot, as its deletion does. */
export const suppressMeeting = (table: Table, meeting: Meeting): Promise<unknown> =>
  transact(table, { claim: suppressClaimItem(meeting) });
