import type { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
import { type Answer, answerError, answerSchema } from './answer.ts';
import { hashKey } from './authenticate.ts';
import { idempotencyKeyHeader, idempotencyKeyPattern, replayedHeader } from './idempotency-key.ts';
import type { IdempotencyStore, KeyClaim } from './idempotency-store.ts';
import { identifyRequest } from './identify-request.ts';

const keyForm = new RegExp(idempotencyKeyPattern);

export interface AnswerOnceDeps {
  store: IdempotencyStore;
  envelope: Envelope;
  clock: Pick<Clock, 'now'>;
  /** Makes an id no other attempt has. */
  newId: () => string;
  logger: Pick<Logger, 'error'>;
}

/**
 * Runs a request once per project and `Idempotency-Key` (docs/api-compatibility.md#freshness-health-and-the-change-feed): whoever repeats it within 24 hours gets the first
 * answer, to the byte. Without the header it just runs.
 *
 * Kept are the answers that would be the same again, refusals for the request's own faults included. An outage or an
 * unforeseen error frees the key; a crash does so after half a minute. What had been done by then is done again.
 *
 * @param run gives the answer, or throws: AppError is an answer
 * @throws AppError 400 for a malformed key, 409 while the first request still runs, 422 when that was another request
 */
export async function answerOnce(
  deps: AnswerOnceDeps,
  projectId: string,
  event: APIGatewayProxyEventV2,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const key = event.headers[idempotencyKeyHeader.toLowerCase()];
  if (key === undefined) return run();
  if (!keyForm.test(key)) throw malformed();
  const claim: KeyClaim = {
    projectId,
    keyHash: hashKey(key),
    requestHash: identifyRequest(event),
    claimId: deps.newId(),
    claimedAt: deps.clock.now(),
  };
  const outcome = await deps.store.claimKey(claim);
  if (outcome.state === 'claimed') return runClaimed(deps, claim, run);
  if (outcome.state === 'running') throw stillRunning();
  if (outcome.state === 'other_request') throw otherRequest();
  const answer = answerSchema.parse(JSON.parse(await deps.envelope.open(sealContext(claim), outcome.sealed)));
  return { ...answer, headers: { ...answer.headers, [replayedHeader.toLowerCase()]: 'true' } };
}

async function runClaimed(deps: AnswerOnceDeps, claim: KeyClaim, run: () => Promise<Answer>): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await answerKnownErrors(run);
  } catch (error) {
    await settle(deps, () => deps.store.releaseKey(claim));
    throw error;
  }
  await settle(deps, async () => {
    if (!isFinal(answer)) return deps.store.releaseKey(claim);
    const sealed = await deps.envelope.seal(sealContext(claim), JSON.stringify(answer));
    return deps.store.keepAnswer(claim, sealed);
  });
  return answer;
}

/** The request is done by now, or has failed for a reason of its own: that is what its sender must hear. */
async function settle({ logger }: AnswerOnceDeps, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    logger.error('idempotency key not settled', { error: error as Error });
  }
}

async function answerKnownErrors(run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof AppError) return answerError(error);
    throw error;
  }
}

/** Statuses that the same request may not get again: no rights, a lost race, too many requests. */
const passingStatuses = [401, 409, 429];

const isFinal = ({ statusCode }: Answer): boolean => statusCode < 500 && !passingStatuses.includes(statusCode);

/** An answer may hold a secret, as that of a new webhook endpoint does: nobody reads it in the table. */
const sealContext = ({ projectId, keyHash }: KeyClaim) => ({
  purpose: 'answer' as const,
  project: projectId,
  owner: keyHash,
});

const malformed = (): AppError =>
  new AppError('malformed_request', `${idempotencyKeyHeader} must be 1 to 255 visible ASCII characters.`);

const stillRunning = (): AppError =>
  new AppError('conflict', `A request with this ${idempotencyKeyHeader} is still running. Try again later.`, {
    retryAfterSeconds: 1,
  });

const otherRequest = (): AppError =>
  new AppError(
    'key_reused',
    `This ${idempotencyKeyHeader} was sent with another request. Each request needs a key of its own.`,
  );
