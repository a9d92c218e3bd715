import type { FaultOutcome } from './fault-rules.ts';

/** An answer to send; `headers` are added to those that the simulator always sends. */
export type WireAnswer = {
  status: number;
  body?: unknown;
  html?: string | undefined;
  headers?: Record<string, string> | undefined;
  truncate?: boolean | undefined;
};

/** What a fault makes of an answer, after its delay. Undefined: the connection is dropped. */
export async function answerWithFault(
  fault: FaultOutcome,
  work: () => Promise<WireAnswer>,
): Promise<WireAnswer | undefined> {
  const served = fault.status === undefined && fault.html === undefined && !fault.dropConnection;
  const answer = served || fault.afterWork ? await work() : undefined;
  if (fault.dropConnection) return undefined;
  if (served && answer !== undefined) {
    return { ...answer, truncate: fault.truncate, headers: { ...answer.headers, ...fault.headers } };
  }
  const { status = 500, body = {}, html, headers, truncate } = fault;
  return { status, body, html, headers, truncate };
}
