import type { FailureCode } from '../calendars/calendar.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import type { ProviderError, ProviderVerdict } from '../providers/provider-error.ts';
import type { ClientStanding } from './client-standing-store.ts';
import type { Failing, Loss, SyncErrorCode } from './sync-error.ts';

/** So many failed runs in a row are retried by the queue, within half a minute. Then the calendar waits for its timer. */
const quickLooks = 5;

/** So often in a row a loss of access must be met before it is believed. */
const looksBelieved = 3;

/** So many accounts of one OAuth client that are refused at once point to the client, and not to their users. */
const manyAccounts = 5;

/** A disconnected calendar that fails for other reasons than its lost access waits for its daily try after so many runs. */
const disconnectedLooks = 9;

/** How the user can repair a lost access, for `connection_failure_data.action` (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export const repairs: Record<FailureCode, string> = {
  authorization_revoked:
    'Ask the user to connect the calendar again, then PATCH the calendar with the new refresh token.',
  consent_missing: 'Ask the user to connect again and to grant access to their calendar.',
  account_disabled: 'The account is disabled or deleted; its administrator has to enable it.',
  admin_blocked: "The user's administrator has to allow this application.",
  mailbox_unavailable: 'The account has no mailbox with a calendar; its administrator has to enable or license it.',
  calendar_not_found: 'The calendar was deleted or is no longer shared with the user; connect another one.',
};

/** What a failed run does. */
export type FailureDecision =
  | { kind: 'disconnect'; code: FailureCode }
  /** The queue delivers the message again. */
  | { kind: 'retry'; delayMs: number; failing: Failing }
  /** The calendar waits for its timer. Until `notBefore` pushes do not end the pause; a PATCH always does. */
  | { kind: 'pause'; dueAt: Timestamp; notBefore: Timestamp; failing: Failing; alarm: FailureAlarm | null };

/** `operator`: the client or project is refused. `client`: many accounts of the client are refused at once. */
export type FailureAlarm = 'operator' | 'client';

export interface FailureContext {
  isConnected: boolean;
  /** A calendar that was never synced has nothing to lose, and its user waits for it. */
  hasSynced: boolean;
  /** The failed runs before this one. */
  failing: Failing | undefined;
  /** How the other accounts of the client fare; null when it was not asked (`needsStanding`). */
  standing: ClientStanding | null;
  /** Number in [0, 1). */
  random: number;
  /** Milliseconds since the epoch. */
  now: number;
}

/** The failure as `sync_error` names it. */
function codeOf(verdict: ProviderVerdict): SyncErrorCode {
  switch (verdict.kind) {
    case 'operator':
    case 'retry':
      return verdict.error;
    case 'disconnect':
    case 'unauthorized':
    case 'refused':
    case 'missing':
      return 'refused';
    case 'tenant_refused':
      return 'client_refused';
    case 'quota':
      return 'quota';
    case 'too_large':
      return 'answer_unreadable';
    case 'rejected':
    case 'resync':
    case 'push_unsupported':
      return 'unexpected';
  }
}

/** What a verdict says about a loss of access. A 403 without known words says nothing. */
function signOf(verdict: ProviderVerdict): Pick<Loss, 'kind' | 'code'> | null {
  switch (verdict.kind) {
    case 'disconnect':
      return { kind: 'said', code: verdict.code };
    case 'tenant_refused':
      return { kind: 'tenant', code: verdict.code };
    case 'unauthorized':
      return { kind: 'silent', code: verdict.suspected ?? 'authorization_revoked' };
    case 'missing':
      return { kind: 'silent', code: verdict.suspected ?? 'mailbox_unavailable' };
    default:
      return null;
  }
}

const ageOf = (since: Timestamp, now: number): number => now - millisOf(since);

/** The loss after this failure. Known words count only while nothing else is said. */
function nextLoss(sign: Pick<Loss, 'kind' | 'code'> | null, before: Loss | undefined, at: Timestamp): Loss | undefined {
  if (!sign) return before?.kind === 'said' ? undefined : before;
  const row = before?.kind === sign.kind ? before : { since: at, looks: 0 };
  return { ...sign, since: row.since, looks: row.looks + 1 };
}

function isProven(loss: Loss, { since }: { since: Timestamp }, context: FailureContext): boolean {
  const { isConnected, hasSynced, standing, now } = context;
  if (!isConnected) return true;
  if (loss.looks < looksBelieved) return false;
  const isFine = isClientFine(loss, standing);
  if (loss.kind === 'tenant' && !isFine) return false;
  if (!hasSynced) return true;
  const isPersistent = ageOf(since, now) >= syncTimingMs.silentLoss;
  const isWide = !isFine && (standing?.refused ?? 0) >= manyAccounts;
  if (loss.kind === 'silent') return !isWide && ageOf(loss.since, now) >= syncTimingMs.silentLoss;
  return isPersistent || (!isWide && ageOf(loss.since, now) >= syncTimingMs.saidLoss);
}

/** Has another calendar of the client been synced since the loss began? */
const isClientFine = (loss: Loss, standing: ClientStanding | null): boolean =>
  standing?.succeeded_at !== undefined && standing.succeeded_at > loss.since;

/** The row of failed runs with this one. */
function withFailure(
  verdict: ProviderVerdict,
  { providerCode, message }: Pick<ProviderError, 'providerCode' | 'message'>,
  { failing: before, now }: Pick<FailureContext, 'failing' | 'now'>,
): Failing {
  const at = timestampOf(Math.floor(now));
  return {
    since: before?.since ?? at,
    looks: (before?.looks ?? 0) + 1,
    code: codeOf(verdict),
    provider_code: providerCode,
    message,
    next_try_at: at,
    announced: before?.announced ?? false,
    loss: nextLoss(signOf(verdict), before?.loss, at),
  };
}

/**
 * Is it to be found out how the other calendars of the client fare? A refusal that has lasted is noted for them, and a
 * calendar is not disconnected before they are known.
 */
export function needsStanding(
  verdict: ProviderVerdict,
  { isConnected, hasSynced, failing, now }: Pick<FailureContext, 'isConnected' | 'hasSynced' | 'failing' | 'now'>,
): boolean {
  const sign = signOf(verdict);
  if (!sign || !isConnected || !failing) return false;
  const hasLasted = failing.looks >= quickLooks || ageOf(failing.since, now) >= syncTimingMs.saidLoss;
  return sign.kind === 'tenant' || (hasSynced && hasLasted);
}

/** Decides how a failed run ends. */
export function decideFailure(
  verdict: ProviderVerdict,
  fault: Pick<ProviderError, 'providerCode' | 'message'>,
  context: FailureContext,
): FailureDecision {
  const failing = withFailure(verdict, fault, context);
  const { loss } = failing;
  if (loss && signOf(verdict) && isProven(loss, failing, context)) return { kind: 'disconnect', code: loss.code };
  return tryAgain(verdict, failing, context);
}

function tryAgain(verdict: ProviderVerdict, failing: Failing, context: FailureContext): FailureDecision {
  const { now, random, isConnected, standing } = context;
  const { looks } = failing;
  const requestedMs = 'retryAfterMs' in verdict ? verdict.retryAfterMs : undefined;
  const isLong = (requestedMs ?? 0) > syncTimingMs.longestRetry;
  if (looks <= quickLooks && !isLong) {
    // Truncated exponential backoff with jitter (https://developers.google.com/workspace/calendar/api/guides/errors).
    const delayMs = requestedMs ?? (2 ** (looks - 1) + random) * 1000;
    return { kind: 'retry', delayMs, failing: { ...failing, next_try_at: timestampOf(Math.ceil(now + delayMs)) } };
  }
  const isDaily = !isConnected && looks > disconnectedLooks;
  const ownMs = isDaily ? dailyRetryMs(random) : pauseMs(failing, random, now);
  const dueMs = isLong ? Math.max(requestedMs ?? 0, ownMs) : Math.min(ownMs, ...milestones(failing, context));
  const dueAt = timestampOf(Math.ceil(now + dueMs));
  const quietMs = isLong ? dueMs : Math.min(dueMs, syncTimingMs.quietPause);
  const isRefused = verdict.kind === 'operator' || (verdict.kind === 'tenant_refused' && !isFineFor(failing, standing));
  const isWide = (standing?.refused ?? 0) >= manyAccounts && !isFineFor(failing, standing);
  return {
    kind: 'pause',
    dueAt,
    notBefore: timestampOf(Math.ceil(now + quietMs)),
    failing: { ...failing, next_try_at: dueAt },
    alarm: isRefused ? 'operator' : isWide ? 'client' : null,
  };
}

const isFineFor = ({ loss }: Failing, standing: ClientStanding | null): boolean =>
  loss !== undefined && isClientFine(loss, standing);

/** A disconnected calendar is tried again by itself once a day. @param random in [0, 1), spreads calendars */
export const dailyRetryMs = (random: number): number => syncTimingMs.disconnectedRetry + random * 3_600_000;

/** Doubles from a minute, with jitter. A loss that is met for hours is looked at less often. */
function pauseMs({ looks, since, loss }: Failing, random: number, now: number): number {
  const isOld = loss?.kind === 'silent' && ageOf(since, now) > 2 * 3_600_000;
  const longest = isOld ? syncTimingMs.longestSilentPause : syncTimingMs.longestPause;
  return Math.min(2 ** (looks - quickLooks - 1) * 60_000, longest) * (1 + random / 4);
}

/** Milliseconds until a loss is to be believed, and until the failure is to be announced. */
function milestones({ since, loss, announced }: Failing, { hasSynced, now }: FailureContext): number[] {
  const times = [
    ...(loss?.kind !== 'silent' && loss && hasSynced ? [syncTimingMs.saidLoss - ageOf(loss.since, now)] : []),
    ...(announced ? [] : [syncTimingMs.failingPatience - ageOf(since, now)]),
  ];
  return times.filter((ms) => ms > 0);
}

/**
 * Is the failure to be announced now? A mistake of the operator at once, others when nothing has succeeded for a while, or
 * will not before the next try.
 */
export function isAnnounced({ announced, code, since, next_try_at }: Failing, now: number): boolean {
  if (announced) return false;
  if (code === 'client_refused' || code === 'api_not_enabled') return true;
  const isPaused = millisOf(next_try_at) - now > syncTimingMs.failingPatience;
  return isPaused || ageOf(since, now) >= syncTimingMs.failingPatience;
}
