import * as z from 'zod';
import { type Sealed, sealedText } from '../platform/sealed.ts';
import { httpTimingMs } from '../platform/timing.ts';
import { absent, all, any, atMost, equals } from '../store/expression.ts';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { deleteRow, putRow, putRowOrRead } from '../store/write-row.ts';

/** An attempt of a request to be the one that runs under its key. */
export interface KeyClaim {
  projectId: string;
  /** SHA-256 (hex) of the key. */
  keyHash: string;
  /** SHA-256 (hex) of the request. Another request under the same key has another one. */
  requestHash: string;
  /** Unique to this attempt. */
  claimId: string;
  /** Milliseconds since the epoch. */
  claimedAt: number;
}

/** Whether the attempt may run, another one is running, the request was answered, or the key is another request's. */
export type ClaimOutcome =
  | { state: 'claimed' }
  | { state: 'running' }
  | { state: 'answered'; sealed: Sealed }
  | { state: 'other_request' };

export interface IdempotencyStore {
  claimKey(claim: KeyClaim): Promise<ClaimOutcome>;
  /** Stores the answer for repeated requests. Does nothing when another attempt has claimed the key. */
  storeAnswer(claim: KeyClaim, sealed: Sealed): Promise<void>;
  /** Releases the key. Does nothing when another attempt has claimed it. */
  releaseKey(claim: KeyClaim): Promise<void>;
}

const keyRow = defineRow(
  'idempotency key',
  1,
  z.object({
    request_hash: z.string(),
    claim_id: z.string(),
    claimed_at: z.number(),
    /** Sealed answer; absent while the request runs. */
    answer: sealedText.optional(),
    /** The table's time to live, in seconds since the epoch. */
    expires_at: z.number(),
  }),
);

export const createIdempotencyStore = (table: Table): IdempotencyStore => ({
  claimKey: (claim) => claimKey(table, claim),
  storeAnswer: async (claim, sealed) => {
    await putRow(table, rowOf(claim, sealed), equals('claim_id', claim.claimId));
  },
  releaseKey: async (claim) => {
    await deleteRow(table, keyOf(claim), equals('claim_id', claim.claimId));
  },
});

const keyOf = ({ projectId, keyHash }: KeyClaim) => ({ PK: `IDEMPOTENCY#${projectId}#${keyHash}`, SK: 'IDEMPOTENCY' });

const rowOf = (claim: KeyClaim, answer?: Sealed) => ({
  ...keyOf(claim),
  ...keyRow.write({
    request_hash: claim.requestHash,
    claim_id: claim.claimId,
    claimed_at: claim.claimedAt,
    ...(answer !== undefined && { answer }),
    // Rounded up, so that the row lives no less than a day.
    expires_at: Math.ceil(claim.claimedAt / 1000) + httpTimingMs.idempotencyRetention / 1000,
  }),
});

/**
 * Claims the key, or reads the row that has it, in one request. The claim succeeds when the key is new, when it has
 * expired (DynamoDB deletes late), when its request crashed, and when the SDK repeats this claim.
 */
async function claimKey(table: Table, claim: KeyClaim): Promise<ClaimOutcome> {
  const crashed = atMost('claimed_at', claim.claimedAt - httpTimingMs.idempotencyLease);
  const isFree = any(
    absent(),
    equals('claim_id', claim.claimId),
    atMost('expires_at', Math.floor(claim.claimedAt / 1000)),
    all(absent('answer'), crashed),
  );
  const row = await putRowOrRead(table, rowOf(claim), isFree);
  if (row === null) return { state: 'claimed' };
  const { request_hash, answer } = keyRow.read(row);
  if (request_hash !== claim.requestHash) return { state: 'other_request' };
  return answer === undefined ? { state: 'running' } : { state: 'answered', sealed: answer };
}
