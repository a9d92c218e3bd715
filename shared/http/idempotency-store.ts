import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isConditionFailure } from '../store/condition-failure.ts';
import type { Table } from '../store/table.ts';

/** How long a key is good for its first answer (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
const rememberedSeconds = 24 * 60 * 60;

/** No function of the API runs longer (`apiTimeout` in the stack): a mark this old without an answer is a crash's. */
const longestRunMs = 30_000;

/** A request that wants to be the one that runs under its key. */
export interface KeyClaim {
  projectId: string;
  /** SHA-256 of the key, in hex. */
  keyHash: string;
  /** SHA-256 of the request, in hex: another request under the same key differs in it. */
  requestHash: string;
  /** Of this attempt alone. */
  claimId: string;
  /** Milliseconds since the epoch. */
  claimedAt: number;
}

/** What came of a claim: run it, or another attempt runs still, or was answered, or the key is another request's. */
export type ClaimOutcome =
  | { state: 'claimed' }
  | { state: 'running' }
  | { state: 'answered'; sealed: string }
  | { state: 'other_request' };

export interface IdempotencyStore {
  claimKey(claim: KeyClaim): Promise<ClaimOutcome>;
  /** Keeps the answer for whoever repeats the request; nothing happens when the claim is no longer ours. */
  keepAnswer(claim: KeyClaim, sealed: string): Promise<void>;
  /** Makes the key free again; nothing happens when the claim is no longer ours. */
  releaseKey(claim: KeyClaim): Promise<void>;
}

export const createIdempotencyStore = (table: Table): IdempotencyStore => ({
  claimKey: (claim) => claimKey(table, claim),
  keepAnswer: (claim, sealed) => keepAnswer(table, claim, sealed),
  releaseKey: (claim) => releaseKey(table, claim),
});

const keyOf = ({ projectId, keyHash }: KeyClaim) => ({ PK: `IDEMPOTENCY#${projectId}#${keyHash}`, SK: 'IDEMPOTENCY' });

const itemOf = (claim: KeyClaim) => ({
  ...keyOf(claim),
  request_hash: claim.requestHash,
  claim_id: claim.claimId,
  claimed_at: claim.claimedAt,
  // The table's time to live, in seconds; rounded up, so that it is never less than a day.
  expires_at: Math.ceil(claim.claimedAt / 1000) + rememberedSeconds,
});

/** As DynamoDB gives a row that refused a write: not yet in plain values. */
const refusedSchema = z.object({
  request_hash: z.object({ S: z.string() }),
  answer: z.object({ S: z.string() }).optional(),
});

/**
 * One write, which also reads what stands in its way. It succeeds for a key that is new, expired (DynamoDB deletes such
 * rows late), or left by a crash, and when repeated after its own answer was lost on the way.
 */
async function claimKey(table: Table, claim: KeyClaim): Promise<ClaimOutcome> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: itemOf(claim),
        ConditionExpression:
          'attribute_not_exists(PK) OR claim_id = :claim OR expires_at <= :now ' +
          'OR (attribute_not_exists(answer) AND claimed_at <= :crashed)',
        ExpressionAttributeValues: {
          ':claim': claim.claimId,
          ':now': Math.floor(claim.claimedAt / 1000),
          ':crashed': claim.claimedAt - longestRunMs,
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { state: 'claimed' };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const { request_hash, answer } = refusedSchema.parse(error.Item);
    if (request_hash.S !== claim.requestHash) return { state: 'other_request' };
    return answer ? { state: 'answered', sealed: answer.S } : { state: 'running' };
  }
}

const keepAnswer = (table: Table, claim: KeyClaim, sealed: string): Promise<void> =>
  unlessTakenOver(
    table.client.send(
      new PutCommand({ TableName: table.name, Item: { ...itemOf(claim), answer: sealed }, ...whileOurs(claim) }),
    ),
  );

const releaseKey = (table: Table, claim: KeyClaim): Promise<void> =>
  unlessTakenOver(
    table.client.send(new DeleteCommand({ TableName: table.name, Key: keyOf(claim), ...whileOurs(claim) })),
  );

const whileOurs = ({ claimId }: KeyClaim) => ({
  ConditionExpression: 'claim_id = :claim',
  ExpressionAttributeValues: { ':claim': claimId },
});

async function unlessTakenOver(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}
