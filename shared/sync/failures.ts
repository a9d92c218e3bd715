import type { FailureCode } from '../calendars/calendar.ts';
import { syncTimingMs } from '../platform/timing.ts';
import type { ProviderVerdict } from '../providers/provider-error.ts';

/** After this many deliveries a message is completed. The calendar goes on with its schedule. */
const attempts = 8;

/** So often in a row an authorization must be refused before the calendar is disconnected: providers err. */
const refusalsBelieved = 3;

/** How the user can repair a lost access, for `connection_failure_data.action` (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export const repairs: Record<FailureCode, string> = {
  authorization_revoked:
    'Ask the user to connect the calendar again, then PATCH the calendar with the new refresh token.',
  consent_missing: 'Ask the user to connect again and to grant access to their calendar.',
  account_disabled: 'The account is disabled; its administrator has to enable it.',
  admin_blocked: "The user's administrator has to allow this application.",
  mailbox_unavailable: 'The account has no mailbox with a calendar.',
  calendar_not_found: 'The calendar was deleted or is no longer shared with the user; connect another one.',
};

/** What a failed run does. */
export type FailureDecision =
  | { kind: 'disconnect'; code: FailureCode }
  /** The authorization was refused, which is to be confirmed by another try. */
  | { kind: 'confirm'; refusals: number; delayMs: number }
  | { kind: 'retry'; delayMs: number }
  /**
   * The calendar waits for its timer. A quiet pause is the provider's wish, or pointless to interrupt: pushes do not end
   * it, a PATCH does. An alarm reports it to the operator.
   */
  | { kind: 'pause'; pauseMs: number; isQuiet: boolean; alarms: boolean };

export interface FailureContext {
  isConnected: boolean;
  /** Refusals of the authorization in a row, without this one. */
  refusals: number;
  /** Deliveries of the message, this one included. */
  attempt: number;
  /** Number in [0, 1). */
  random: number;
}

type Decide<Kind extends ProviderVerdict['kind']> = (
  verdict: Extract<ProviderVerdict, { kind: Kind }>,
  context: FailureContext,
) => FailureDecision;

const retry = (_verdict: ProviderVerdict, context: FailureContext): FailureDecision => retryAfter(undefined, context);

/** What each verdict about a failed call means. */
const decisions: { [Kind in ProviderVerdict['kind']]: Decide<Kind> } = {
  disconnect: ({ code }, context) => {
    const refusals = context.refusals + 1;
    // The calendar list has confirmed that a calendar is gone; and a disconnected calendar has nothing to lose.
    const isBelieved = !context.isConnected || code === 'calendar_not_found' || refusals >= refusalsBelieved;
    return isBelieved
      ? { kind: 'disconnect', code }
      : { kind: 'confirm', refusals, delayMs: refusals * syncTimingMs.confirmRefusal };
  },
  operator: () => ({ kind: 'pause', pauseMs: syncTimingMs.operatorPause, isQuiet: true, alarms: true }),
  tenant_refused: () => ({ kind: 'pause', pauseMs: syncTimingMs.operatorPause, isQuiet: true, alarms: true }),
  quota: ({ retryAfterMs }, context) => retryAfter(retryAfterMs, context),
  retry: ({ retryAfterMs }, context) => retryAfter(retryAfterMs, context),
  unauthorized: retry,
  refused: retry,
  missing: retry,
  rejected: retry,
  resync: retry,
  too_large: retry,
  push_unsupported: retry,
};

/** Retries through the queue, until its attempts are used up or the provider asks for a longer pause than it can hold. */
function retryAfter(requestedMs: number | undefined, { attempt, random }: FailureContext): FailureDecision {
  if (attempt >= attempts || (requestedMs ?? 0) > syncTimingMs.longestRetry) {
    const pauseMs = Math.max(requestedMs ?? 0, syncTimingMs.exhaustedPause);
    return { kind: 'pause', pauseMs, isQuiet: requestedMs !== undefined, alarms: false };
  }
  // Truncated exponential backoff with jitter (https://developers.google.com/workspace/calendar/api/guides/errors).
  return { kind: 'retry', delayMs: requestedMs ?? Math.min(2 ** (attempt - 1), 64) * 1000 + random * 1000 };
}

/** Decides how a failed run ends. */
export const decideFailure = <Kind extends ProviderVerdict['kind']>(
  verdict: Extract<ProviderVerdict, { kind: Kind }>,
  context: FailureContext,
): FailureDecision => decisions[verdict.kind](verdict, context);
