import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Timestamp } from '../platform/timestamp.ts';
import { getAllRows } from '../store/batch-get.ts';
import { absent, all, any, equals, exists, sizeBelow } from '../store/expression.ts';
import { readableRows } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';
import type { TransactionItem } from '../store/transaction.ts';
import { updateRow } from '../store/write-row.ts';
import {
  changesOn,
  type EventReference,
  type Meeting,
  type MeetingClaim,
  mostChangesPerDay,
  spellEventReference,
  TooManyBotChanges,
} from './meeting-claim.ts';
import { claimKey, claimRow, placePartition, readLinkBotKey, startOfClaim } from './meeting-claim-row.ts';

/** A bot that was created for a link. */
export type LinkBot = ReturnType<typeof readLinkBotKey>;

/** Each addition writes the whole row again. A meeting in more calendars has enough events that can take its bot over. */
const mostAttendeeEvents = 500;

/**
 * What a place has from a time until before another one: the claims by meeting key, and the bots that were created for
 * the link and have not ended. Strongly consistent; one request per megabyte.
 */
export async function readPlace(
  table: Table,
  { projectId, place }: { projectId: string; place: string },
  { from, to }: { from: string; to: string },
): Promise<{ claims: Map<string, MeetingClaim>; linkBots: LinkBot[] }> {
  const claims = new Map<string, MeetingClaim>();
  const linkBots: LinkBot[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'PK = :pk AND SK BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': placePartition(projectId, place), ':from': from, ':to': to },
        ConsistentRead: true,
        ExclusiveStartKey,
      }),
    );
    for (const { SK } of z.array(z.object({ SK: z.string() })).parse(Items)) {
      if (startOfClaim(SK) === null) linkBots.push(readLinkBotKey(SK));
    }
    const read = (row: Record<string, unknown>): [string, MeetingClaim] => [
      `${place}@${startOfClaim(String(row.SK))}`,
      claimRow.read(row),
    ];
    const rows = Items.filter(({ SK }) => startOfClaim(String(SK)) !== null);
    for (const [meetingKey, claim] of readableRows(table, rows, read)) claims.set(meetingKey, claim);
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return { claims, linkBots };
}

/**
 * Adds an event to the attendee events of its meeting, so that the meeting finds it when it has lost its bot. One request;
 * none for an event that is in already. Repeating it changes nothing. Events are never taken out, because whether an event
 * still joins is decided when it is read.
 *
 * @param known the claim as it was read; undefined: there is none
 * @param expiresAt seconds since the epoch, long after the meeting
 * @returns the claim after it
 */
export async function addAttendeeEvent(
  table: Table,
  meeting: Meeting,
  known: MeetingClaim | undefined,
  { reference, expiresAt }: { reference: EventReference; expiresAt: number },
): Promise<MeetingClaim> {
  const isIn = known?.attendee_events.some(({ event_id }) => event_id === reference.event_id);
  if (known && (isIn || known.attendee_events.length >= mostAttendeeEvents)) return known;
  const { row } = await updateRow(table, claimKey(meeting), {
    add: { attendee_events: new Set([spellEventReference(reference)]) },
    set: { expires_at: expiresAt },
    when: any(absent('attendee_events'), sizeBelow('attendee_events', mostAttendeeEvents)),
  });
  return claimRow.read(row);
}

/** The claims that exist, by meeting key: a hundred a request. */
export async function readClaims(
  table: Table,
  projectId: string,
  meetingKeys: string[],
): Promise<Map<string, MeetingClaim>> {
  const named = ({ PK, SK }: Record<string, unknown>): string => `${String(PK)} ${String(SK)}`;
  const keys = meetingKeys.map((meetingKey) => claimKey({ projectId, meetingKey }));
  const wanted = new Map(keys.map((key, index) => [named({ ...key }), meetingKeys[index]]));
  const claims = new Map<string, MeetingClaim>();
  for (let index = 0; index < keys.length; index += 100) {
    const rows = await getAllRows(table, keys.slice(index, index + 100));
    const read = (row: Record<string, unknown>): [string, MeetingClaim] => [
      wanted.get(named(row)) ?? '',
      claimRow.read(row),
    ];
    for (const [meetingKey, claim] of readableRows(table, rows, read)) claims.set(meetingKey, claim);
  }
  return claims;
}

/**
 * Makes a bot the meeting's, in the transaction that creates or changes the bot. It is refused when the claim was
 * written since it was read: of many writers at once one gets through.
 *
 * @throws TooManyBotChanges when the meeting got another bot too often today
 */
export function takeClaimItem(
  meeting: Meeting,
  claim: MeetingClaim,
  { bot_id, holder, at }: { bot_id: string; holder: EventReference; at: Timestamp },
): TransactionItem {
  const { version } = claim;
  const changed_on = at.slice(0, 'yyyy-mm-dd'.length);
  const changes = changesOn(claim, changed_on);
  if (changes >= mostChangesPerDay) throw new TooManyBotChanges(claimKey(meeting));
  return {
    update: claimKey(meeting),
    change: {
      set: {
        bot_id,
        holder: spellEventReference(holder),
        version: version + 1,
        changed_on,
        changes_that_day: changes + 1,
      },
      when:
        version === 0 ? all(exists(), any(absent('version'), equals('version', version))) : equals('version', version),
    },
  };
}

/** Records that a user removed the meeting's bot: no rule gives the meeting another one. */
export const suppressClaimItem = (meeting: Meeting): TransactionItem => ({
  update: claimKey(meeting),
  change: { set: { suppressed: true }, add: { version: 1 } },
});
