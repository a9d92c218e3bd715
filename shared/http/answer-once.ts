import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/create-logger.ts';
import type { Envelope } from '../platform/envelope.ts';
import { type Answer, answerKnownErrors, answerSchema } from './answer.ts';
import { hashKey } from './authenticate.ts';
import { idempotencyKeyHeader, idempotencyKeyPattern, replayedHeader } from './idempotency-key.ts';
import type { IdempotencyStore, KeyClaim } from './idempotency-store.ts';
import { identifyRequest } from './identify-request.ts';

const keyForm = new RegExp(idempotencyKeyPattern);

export interface AnswerOnceDeps {
  store: IdempotencyStore;
  envelope: Envelope;
  clock: Pick<Clock, 'now'>;
  /** Makes a unique id for an attempt. */
  newId: () => string;
  logger: Pick<Logger, 'error'>;
}

/**
 * Runs a request once per project and `Idempotency-Key` (docs/api-compatibility.md#conventions). A repeated request
 * within 24 hours gets the first answer, byte for byte. Without the header the request runs every time.
 *
 * Only answers that the same request would get again are stored. An outage or an unexpected error releases the key at
 * once, a crash after half a minute; the next request with the key then runs again.
 *
 * @param run gives the answer, or throws it as an AppError
 * @throws AppError `malformed_request` for a malformed key, `conflict` while the first request runs, `key_reused` when
 *   the first request was another one
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
    await completeClaim(deps, () => deps.store.releaseKey(claim));
    throw error;
  }
  await completeClaim(deps, async () => {
    if (!isFinal(answer)) return deps.store.releaseKey(claim);
    const sealed = await deps.envelope.seal(sealContext(claim), JSON.stringify(answer));
    return deps.store.storeAnswer(claim, sealed);
  });
  return answer;
}

/** A failed write is only logged: the request itself is done, and the client gets its answer. */
async function completeClaim({ logger }: AnswerOnceDeps, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    logger.error('idempotency key not completed', { error: error as Error });
  }
}

/** Statuses that the same request may not get again: no rights, a lost race, too many requests. */
const passingStatuses = new Set([401, 409, 429]);

const isFinal = ({ statusCode }: Answer): boolean => statusCode < 500 && !passingStatuses.has(statusCode);

/** Answers are sealed because they may hold a secret, for example that of a new webhook endpoint. */
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
    `This ${idempotencyKeyHeader} was sent with another request. Each request needs its own key.`,
  );
