const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;

/** Statuses of an endpoint, or of what is in front of it, that has too much to do: sending on would make it worse. */
const overloaded: ReadonlySet<number | null> = new Set([429, 502, 504]);

/** A host that lets so many in a row run into the time-out is as good as down; each of them costs a quarter minute. */
const timeoutsInRow = 4;

/** Answers that came within this time are fast. */
export const fastMs = second;

/** How an endpoint has answered of late, as far as it matters for what it is sent next. All in epoch milliseconds. */
export interface EndpointHealth {
  /** First failure after its last success; null when its last answer was a success. */
  failingSince: number | null;
  lastFailureAt: number | null;
  /** In a row. */
  failures: number;
}

/**
 * How long an endpoint is left alone, by all of its deliveries, after it failed: when it is overloaded, as long as it
 * asks, or 5 s, 10 s, 20 s … up to 5 min; likewise when it has long not answered at all. 0 for other failures.
 *
 * @param failures in a row, this one included
 */
export function pauseAfterFailure(
  failures: number,
  {
    status,
    error,
    retryAfterSeconds,
  }: { status: number | null; error: string | null; retryAfterSeconds: number | null },
): number {
  if (overloaded.has(status)) {
    return Math.min(Math.max((retryAfterSeconds ?? 0) * second, growingPause(failures)), day);
  }
  return error === 'TIMEOUT' && failures >= timeoutsInRow ? growingPause(failures - timeoutsInRow + 1) : 0;
}

const growingPause = (failures: number): number => Math.min(5 * second * 2 ** Math.min(failures - 1, 10), 300 * second);

/**
 * Whether an endpoint has had nothing but failures for five days, so that it is stopped (docs/api-compatibility.md#webhook-endpoints). Two failures
 * that far apart with silence between them say nothing: those of the past must lie at least twelve hours apart.
 *
 * @param past before the failure of now
 */
export const isGivenUp = ({ failingSince, lastFailureAt }: EndpointHealth, now: number): boolean =>
  failingSince !== null &&
  lastFailureAt !== null &&
  now - failingSince >= 5 * day &&
  lastFailureAt - failingSince >= 12 * hour;
