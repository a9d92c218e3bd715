import { createHash } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { getAllRows } from '../store/batch-get.ts';
import { isConditionFailure } from '../store/condition-failure.ts';
import type { Table } from '../store/table.ts';
import type { JoinClaim } from './share-meetings.ts';

/** An event, and where its row is. */
export interface EventPlace {
  event_id: string;
  calendar_id: string;
}

/** One meeting of a project at one time: which bot it has, and which events know of it. */
export interface StoredClaim extends JoinClaim {
  carrier_calendar_id: string | null;
  /** The meeting's bot, if that still stands and is bound for it; null before the first one. */
  bot_id: string | null;
  /** Grows whenever the claim names a bot or is withheld: who wants to name one must have seen the last turn. */
  turn: number;
  /** Events that were decided to join this meeting, ever: each may have changed since. In the order of their ids. */
  candidates: EventPlace[];
}

/** A meeting in a project. `meetingKey` as of `meetingKeyOf`; of any length, so its hash is the key. */
export interface Meeting {
  projectId: string;
  meetingKey: string;
}

/** The row is written once for each of them, in its whole size; a meeting in more calendars has enough who take over. */
const mostCandidates = 500;

const claimKey = ({ projectId, meetingKey }: Meeting) => ({
  PK: `JOIN#${projectId}#${createHash('sha256').update(meetingKey).digest('hex')}`,
  SK: 'CLAIM',
});

const spellPlace = ({ event_id, calendar_id }: EventPlace): string => `${event_id}#${calendar_id}`;
const placeSchema = z.string().transform((text): EventPlace => {
  const [event_id = '', calendar_id = ''] = text.split('#');
  return { event_id, calendar_id };
});

const claimSchema = z
  .object({
    carrier: placeSchema.optional(),
    bot_id: z.string().optional(),
    turn: z.number().default(0),
    candidates: z
      .set(z.string())
      .default(new Set())
      .transform((texts) => [...texts].sort().map((text) => placeSchema.parse(text))),
    withheld: z.boolean().default(false),
  })
  .transform(
    ({ carrier, bot_id, ...rest }): StoredClaim => ({
      ...rest,
      carrier: carrier?.event_id ?? null,
      carrier_calendar_id: carrier?.calendar_id ?? null,
      bot_id: bot_id ?? null,
    }),
  );

/**
 * Enters an event for its meeting: whoever loses the meeting's bot knows whom to ask. One request when it has entered
 * before, else two, which wait for nobody; safe to repeat. Nobody is ever taken out, as whoever asks an event finds out whether it still joins.
 *
 * @param expiresAt seconds since the epoch, when the meeting is long over
 */
export async function enterClaim(
  table: Table,
  meeting: Meeting,
  place: EventPlace,
  expiresAt: number,
): Promise<StoredClaim> {
  const known = await readClaim(table, meeting);
  const isIn = known.candidates.some(({ event_id }) => event_id === place.event_id);
  if (isIn || known.candidates.length >= mostCandidates) return known;
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: claimKey(meeting),
        UpdateExpression: 'ADD candidates :me SET expires_at = :expires_at',
        ConditionExpression: 'attribute_not_exists(candidates) OR size(candidates) < :most',
        ExpressionAttributeValues: {
          ':me': new Set([spellPlace(place)]),
          ':expires_at': expiresAt,
          ':most': mostCandidates,
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return claimSchema.parse(Attributes);
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return readClaim(table, meeting);
  }
}

async function readClaim(table: Table, meeting: Meeting): Promise<StoredClaim> {
  const [row] = await getAllRows(table, [claimKey(meeting)]);
  return claimSchema.parse(row ?? {});
}

/** Claims by meeting key, for those that there are: a hundred a request. */
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
      claims.set(wanted.get(String(row.PK)) ?? '', claimSchema.parse(row));
    }
  }
  return claims;
}

/**
 * The row by which a bot becomes its meeting's, for the transaction that makes or keeps the bot. It fails when another
 * one has become that since the claim was read, or somebody has removed the meeting's: so of many at once one gets
 * through.
 */
export const claimItem = (
  table: Table,
  meeting: Meeting,
  { turn }: StoredClaim,
  { bot_id, place }: { bot_id: string; place: EventPlace },
) => ({
  Update: {
    TableName: table.name,
    Key: claimKey(meeting),
    UpdateExpression: 'SET bot_id = :bot, carrier = :place, turn = :next',
    ConditionExpression:
      turn === 0 ? 'attribute_exists(PK) AND (attribute_not_exists(turn) OR turn = :turn)' : 'turn = :turn',
    ExpressionAttributeValues: {
      ':bot': bot_id,
      ':place': spellPlace(place),
      ':turn': turn,
      ':next': turn + 1,
    },
  },
});

/** The row that remembers that a person has removed the meeting's bot: no rule gives it another one. */
export const withholdItem = (table: Table, meeting: Meeting) => ({
  Update: {
    TableName: table.name,
    Key: claimKey(meeting),
    UpdateExpression: 'SET withheld = :true ADD turn :one',
    ExpressionAttributeValues: { ':true': true, ':one': 1 },
  },
});
