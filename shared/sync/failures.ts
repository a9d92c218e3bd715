import type { ConnectionFailure, FailureCode } from '../calendars/calendar.ts';
import type { OutboxEntry } from '../notifications/outbox-row.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { ProviderError, type ProviderVerdict } from '../providers/provider-error.ts';
import { isConditionFailure } from '../store/condition-failure.ts';
import { withAccessToken } from './access-token.ts';
import { stateChange } from './calendar-notifications.ts';
import { removingBots } from './reconcile-bots.ts';
import { logRun } from './record-run.ts';
import type { SyncDeps, SyncOutcome, SyncRun } from './sync-run.ts';
import { commitSync, saveSyncState } from './sync-store.ts';

const minute = 60_000;

/** After this many deliveries a message is settled; the calendar goes on with its schedule. */
const attempts = 8;
const longestDelayMs = 15 * minute;
const pauseAfterRetriesMs = 15 * minute;
const pauseForOperatorMs = 30 * minute;

/** What the user can do about it, for `connection_failure_data.action` (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
const cures: Record<FailureCode, string> = {
  authorization_revoked:
    'Ask the user to connect the calendar again, then PATCH the calendar with the new refresh token.',
  consent_missing: 'Ask the user to connect again and to grant access to their calendar.',
  account_disabled: 'The account is disabled; its administrator has to enable it.',
  admin_blocked: "The user's administrator has to allow this application.",
  mailbox_unavailable: 'The account has no mailbox with a calendar.',
  calendar_not_found: 'The calendar was deleted or is no longer shared with the user; connect another one.',
};

/** So often in a row an authorization must be refused to be believed; providers err, and a disconnect is not undone. */
const refusalsBelieved = 3;

/** What the calendar list has confirmed needs no second look, nor has a calendar that is disconnected already. */
const isSuspicious = ({ calendar }: SyncRun, code: FailureCode, refusals: number): boolean =>
  calendar.state === 'connected' && code !== 'calendar_not_found' && refusals < refusalsBelieved;

/** Ends a failed run by what its error means. @returns the notifications to publish, too */
export async function settleFailure(
  deps: SyncDeps,
  run: SyncRun,
  error: ProviderError,
): Promise<{ outcome: SyncOutcome; notifications: OutboxEntry[] }> {
  const { verdict, fault } = await confirm(deps, run, error);
  const about = { calendar_id: run.calendar.id, provider_code: fault.providerCode, attempt: run.request.attempt };
  const pauseFor = (ms: number | null, options = {}) => pause(deps, run, fault, ms, options);
  if (verdict.kind === 'disconnect') {
    const refusals = (run.sync.refusals ?? 0) + 1;
    if (!isSuspicious(run, verdict.code, refusals)) return disconnect(deps, run, verdict.code, fault);
    deps.logger.warn('authorization refused, to be confirmed', about);
    run.sync = { ...run.sync, refusals };
    await pauseFor(null);
    return { outcome: { kind: 'retry', delayMs: refusals * 1000 }, notifications: [] };
  }
  if (verdict.kind === 'operator') {
    // `alarm` is what the metric filter of the stack looks for.
    deps.logger.error("the operator's OAuth client or project is refused", { ...about, alarm: 'operator' });
    await pauseFor(pauseForOperatorMs, { quiet: true });
    return { outcome: { kind: 'failed' }, notifications: [] };
  }
  deps.logger.warn('sync failed, to be retried', about);
  const asked = verdict.kind === 'retry' ? verdict.retryAfterMs : undefined;
  if (run.request.attempt >= attempts || (asked ?? 0) > longestDelayMs) {
    await pauseFor(Math.max(asked ?? 0, pauseAfterRetriesMs), { quiet: asked !== undefined });
    return { outcome: { kind: 'failed' }, notifications: [] };
  }
  await pauseFor(null);
  // Truncated exponential backoff with jitter (https://developers.google.com/workspace/calendar/api/guides/errors).
  const delayMs = asked ?? Math.min(2 ** (run.request.attempt - 1), 64) * 1000 + deps.random() * 1000;
  return { outcome: { kind: 'retry', delayMs }, notifications: [] };
}

/**
 * A 404 or 403 may be the provider's error: only the account's calendar list says that a calendar is gone, and an account
 * whose list is closed to us has not given, or has taken back, its consent.
 */
async function confirm(
  deps: SyncDeps,
  run: SyncRun,
  error: ProviderError,
): Promise<{ verdict: ProviderVerdict; fault: ProviderError }> {
  if (error.verdict.kind !== 'missing' && error.verdict.kind !== 'forbidden') {
    return { verdict: error.verdict, fault: error };
  }
  try {
    const there = await withAccessToken(deps, run, (token) =>
      run.provider.hasCalendar(token, run.calendar.platform_uuid),
    );
    return { verdict: there ? { kind: 'retry' } : { kind: 'disconnect', code: 'calendar_not_found' }, fault: error };
  } catch (second) {
    if (!(second instanceof ProviderError)) throw second;
    const isClosed = second.verdict.kind === 'forbidden';
    return { verdict: isClosed ? { kind: 'disconnect', code: 'consent_missing' } : second.verdict, fault: second };
  }
}

async function disconnect(deps: SyncDeps, run: SyncRun, code: FailureCode, fault: ProviderError) {
  const at = deps.clock.stamp();
  // A channel opened under a grant that is gone is not to be trusted, nor is a refusal: a reconnect tries anew.
  const { renew_at: _renewAt, ...channel } = run.sync.channel ?? { id: '' };
  const sync = {
    ...run.sync,
    last_attempted_sync_at: at,
    due_at: undefined,
    push_refused_for: undefined,
    channel_failure: undefined,
    refusals: undefined,
    ...(run.sync.channel && { channel }),
    runs: await logRun(deps, run, 'disconnected', fault.providerCode),
  };
  if (run.calendar.state === 'disconnected') {
    run.sync = await saveSyncState(deps.table, run.calendar.id, sync);
    return { outcome: { kind: 'disconnected' as const }, notifications: [] };
  }
  const failure: ConnectionFailure = {
    error: `${run.provider.name} Authentication error: ${fault.message}`,
    timestamp: at,
    code,
    provider_code: fault.providerCode,
    action: cures[code],
  };
  const connection = { state: 'disconnected' as const, connection_failure_data: failure, updated_at: at };
  const calendar = { ...run.calendar, ...connection };
  const notifications = [{ id: run.id, notification: stateChange(calendar, sync, run.id) }];
  const committed = await commitSync(deps.table, {
    calendar,
    sync: { ...sync, ...removingBots(deps) },
    events: [],
    connection,
    outbox: notifications,
    outboxDueAt: timestampOf(deps.clock.now() + 2 * minute),
  }).catch((refusal: unknown) => {
    if (isConditionFailure(refusal)) return null;
    throw refusal;
  });
  // The user has given another token meanwhile, or deleted the calendar: what was refused is not theirs any more.
  if (!committed) return { outcome: { kind: 'retry' as const, delayMs: 1000 }, notifications: [] };
  [run.calendar, run.sync] = [calendar, committed];
  deps.logger.warn('calendar disconnected', { calendar_id: run.calendar.id, code, provider_code: fault.providerCode });
  return { outcome: { kind: 'disconnected' as const }, notifications };
}

/**
 * Notes the attempt; with a pause, the calendar is looked at again after it, whatever happens meanwhile. A quiet pause is
 * the provider's wish, or pointless to break: pushes do not end it, a PATCH does.
 */
async function pause(
  deps: SyncDeps,
  run: SyncRun,
  fault: ProviderError,
  ms: number | null,
  { quiet = false } = {},
): Promise<void> {
  const until = ms === null ? undefined : timestampOf(deps.clock.now() + ms);
  run.sync = await saveSyncState(deps.table, run.calendar.id, {
    ...run.sync,
    last_attempted_sync_at: deps.clock.stamp(),
    runs: await logRun(deps, run, ms === null ? 'retry' : 'failed', fault.providerCode),
    ...(until && { due_at: until }),
    ...(quiet && { not_before: until }),
  });
}
