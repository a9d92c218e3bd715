import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { JoinClaim } from '../domain/bot-rules/share-meetings.ts';
import { getAllRows } from './batch-get.ts';
import type { Table } from './table.ts';

/** An event, and where its row is. */
export interface EventPlace {
  event_id: string;
  calendar_id: string;
}

/** One meeting of a project at one time: which event has its bot, and who would take over. */
export interface StoredClaim extends JoinClaim {
  carrier_calendar_id: string;
  /** The carrier among them, in the order in which they take over. */
  candidates: EventPlace[];
}

/** A meeting in a project. `meetingKey` as of `meetingKeyOf`; of any length, so its hash is the key. */
export interface Meeting {
  projectId: string;
  meetingKey: string;
}

const claimKey = ({ projectId, meetingKey }: Meeting) => ({
  PK: `JOIN#${projectId}#${createHash('sha256').update(meetingKey).digest('hex')}`,
  SK: 'CLAIM',
});

const spellPlace = ({ event_id, calendar_id }: EventPlace): string => `${event_id}#${calendar_id}`;
const placeSchema = z.string().transform((text): EventPlace => {
  const [event_id = '', calendar_id = ''] = text.split('#');
  return { event_id, calendar_id };
});

/** Sets come as sets; one that has lost its last member is not there any more. */
const rowSchema = z.object({
  carrier: z.string(),
  candidates: z.set(z.string()).default(new Set()),
  withheld: z.boolean().default(false),
});
type ClaimRow = z.output<typeof rowSchema>;

const readClaim = (row: unknown): StoredClaim => {
  const { carrier, candidates, withheld } = rowSchema.parse(row);
  const place = placeSchema.parse(carrier);
  return {
    carrier: place.event_id,
    carrier_calendar_id: place.calendar_id,
    candidates: [...candidates].sort().map((text) => placeSchema.parse(text)),
    withheld,
  };
};

/**
 * Enters an event for its meeting's bot: the first to come is its carrier, and stays that until it leaves. One request,
 * which waits for nobody; safe to repeat.
 *
 * @param expiresAt seconds since the epoch, when the meeting is long over
 * @returns who has the bot now: the caller's event has it only if that is the carrier
 */
export async function claimJoin(
  table: Table,
  meeting: Meeting,
  place: EventPlace,
  expiresAt: number,
): Promise<StoredClaim> {
  const row = await update(table, meeting, {
    UpdateExpression: 'ADD candidates :me SET carrier = if_not_exists(carrier, :place), expires_at = :expires_at',
    ExpressionAttributeValues: {
      ':me': new Set([spellPlace(place)]),
      ':place': spellPlace(place),
      ':expires_at': expiresAt,
    },
  });
  // Whoever left may have died before it handed on: then the next one to come does that.
  const settled = row && (await handOn(table, meeting, row));
  return settled ? readClaim(settled) : claimJoin(table, meeting, place, expiresAt);
}

/**
 * Takes an event out. If it was the carrier, the candidate with the smallest event id is now; without any the claim is
 * gone. Safe to repeat, also after a crash halfway.
 *
 * @returns who has the bot from now on: one whose event does not get it any more (`decideBot`) leaves in turn; null: none
 */
export async function leaveJoin(table: Table, meeting: Meeting, place: EventPlace): Promise<StoredClaim | null> {
  const row = await update(table, meeting, {
    UpdateExpression: 'DELETE candidates :me',
    ConditionExpression: 'attribute_exists(PK)',
    ExpressionAttributeValues: { ':me': new Set([spellPlace(place)]) },
  });
  const settled = row && (await handOn(table, meeting, row));
  return settled ? readClaim(settled) : null;
}

/** Remembers that somebody removed the meeting's bot: none comes back until the claim expires. @returns false: no claim */
export async function withholdJoin(table: Table, meeting: Meeting): Promise<boolean> {
  const row = await update(table, meeting, {
    UpdateExpression: 'SET withheld = :true',
    ConditionExpression: 'attribute_exists(PK)',
    ExpressionAttributeValues: { ':true': true },
  });
  return row !== null;
}

/** Claims by meeting key, for those that are claimed: a hundred a request. */
export async function readClaims(
  table: Table,
  projectId: string,
  meetingKeys: string[],
): Promise<Map<string, StoredClaim>> {
  const wanted = new Map(meetingKeys.map((meetingKey) => [claimKey({ projectId, meetingKey }).PK, meetingKey]));
  const keys = [...wanted.keys()].map((PK) => ({ PK, SK: 'CLAIM' }));
  const claims = new Map<string, StoredClaim>();
  for (let index = 0; index < keys.length; index += 100) {
    for (const row of await getAllRows(table, keys.slice(index, index + 100))) {
      claims.set(wanted.get(String(row.PK)) ?? '', readClaim(row));
    }
  }
  return claims;
}

/**
 * Gives the claim of a carrier that has left to the next candidate. A row that others change meanwhile is looked at
 * again: each round, somebody has got on.
 *
 * @returns the row when a candidate carries it, null when nobody is left
 */
async function handOn(table: Table, meeting: Meeting, found: ClaimRow): Promise<ClaimRow | null> {
  let row: ClaimRow | null = found;
  while (row && !row.candidates.has(row.carrier)) {
    const [next] = [...row.candidates].sort();
    // A removed bot is remembered, candidates or not.
    if (next === undefined && row.withheld) return row;
    row =
      next === undefined
        ? await removeClaim(table, meeting, row.carrier)
        : await update(table, meeting, {
            UpdateExpression: 'SET carrier = :next',
            ConditionExpression: 'carrier = :left AND contains(candidates, :next)',
            ExpressionAttributeValues: { ':next': next, ':left': row.carrier },
          });
  }
  return row;
}

async function removeClaim(table: Table, meeting: Meeting, carrier: string): Promise<ClaimRow | null> {
  const remove = new DeleteCommand({
    TableName: table.name,
    Key: claimKey(meeting),
    ConditionExpression: 'carrier = :left AND attribute_not_exists(candidates) AND attribute_not_exists(withheld)',
    ExpressionAttributeValues: { ':left': carrier },
  });
  return orAsItIs(table, meeting, async () => {
    await table.client.send(remove);
    return null;
  });
}

/** @returns the row after the change; as it is when a condition forbade the change; null when there is none */
async function update(
  table: Table,
  meeting: Meeting,
  change: Pick<UpdateCommandInput, 'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'>,
): Promise<ClaimRow | null> {
  const Key = claimKey(meeting);
  const command = new UpdateCommand({ TableName: table.name, Key, ReturnValues: 'ALL_NEW', ...change });
  return orAsItIs(table, meeting, async () => rowSchema.parse((await table.client.send(command)).Attributes));
}

async function orAsItIs(
  table: Table,
  meeting: Meeting,
  write: () => Promise<ClaimRow | null>,
): Promise<ClaimRow | null> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const [row] = await getAllRows(table, [claimKey(meeting)]);
    return row ? rowSchema.parse(row) : null;
  }
}
