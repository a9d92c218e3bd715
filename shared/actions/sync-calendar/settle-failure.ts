import { stateChange } from '../../domain/announcement.ts';
import type { ConnectionFailure, FailureCode } from '../../domain/calendar.ts';
import { timestampOf } from '../../domain/timestamp.ts';
import { ProviderError, type ProviderVerdict } from '../../providers/provider-error.ts';
import { commitSync, type OutboxEntry, saveSyncState } from '../../store/sync-store.ts';
import { withAccessToken } from './access-token.ts';
import type { SyncDeps, SyncOutcome, SyncRun } from './sync-run.ts';

const minute = 60_000;

/** After this many deliveries a message is settled; the calendar goes on with its schedule. */
const attempts = 8;
const longestDelayMs = 15 * minute;
const pauseAfterRetriesMs = 15 * minute;
const pauseForOperatorMs = 30 * minute;

/** What the user can do about it, for `connection_failure_data.action` (contract B2). */
const cures: Record<FailureCode, string> = {
  authorization_revoked:
    'Ask the user to connect the calendar again, then PATCH the calendar with the new refresh token.',
  consent_missing: 'Ask the user to connect again and to grant access to their calendar.',
  account_disabled: 'The account is disabled; its administrator has to enable it.',
  admin_blocked: "The user's administrator has to allow this application.",
  mailbox_unavailable: 'The account has no mailbox with a calendar.',
  calendar_not_found: 'The calendar was deleted or is no longer shared with the user; connect another one.',
};

/** Ends a failed run by what its error means. @returns the facts to publish, too */
export async function settleFailure(
  deps: SyncDeps,
  run: SyncRun,
  error: ProviderError,
): Promise<{ outcome: SyncOutcome; facts: OutboxEntry[] }> {
  const { verdict, fault } = await confirm(deps, run, error);
  const about = { calendar_id: run.calendar.id, provider_code: fault.providerCode, attempt: run.request.attempt };
  if (verdict.kind === 'disconnect') return disconnect(deps, run, verdict.code, fault);

  if (verdict.kind === 'operator') {
    deps.logger.error("the operator's OAuth client or project is refused", about);
    await pause(deps, run, pauseForOperatorMs);
    return { outcome: { kind: 'failed' }, facts: [] };
  }
  deps.logger.warn('sync failed, to be retried', about);
  const asked = verdict.kind === 'retry' ? verdict.retryAfterMs : undefined;
  if (run.request.attempt >= attempts || (asked ?? 0) > longestDelayMs) {
    await pause(deps, run, Math.max(asked ?? 0, pauseAfterRetriesMs));
    return { outcome: { kind: 'failed' }, facts: [] };
  }
  await pause(deps, run, null);
  // Truncated exponential backoff with jitter (https://developers.google.com/workspace/calendar/api/guides/errors).
  const delayMs = asked ?? Math.min(2 ** (run.request.attempt - 1), 64) * 1000 + deps.random() * 1000;
  return { outcome: { kind: 'retry', delayMs }, facts: [] };
}

/** A 404 may be the provider's error: only the account's calendar list says that a calendar is gone. */
async function confirm(
  deps: SyncDeps,
  run: SyncRun,
  error: ProviderError,
): Promise<{ verdict: ProviderVerdict; fault: ProviderError }> {
  if (error.verdict.kind !== 'missing') return { verdict: error.verdict, fault: error };
  try {
    const there = await withAccessToken(deps, run, (token) =>
      run.provider.hasCalendar(token, run.calendar.platform_uuid),
    );
    return { verdict: there ? { kind: 'retry' } : { kind: 'disconnect', code: 'calendar_not_found' }, fault: error };
  } catch (second) {
    if (!(second instanceof ProviderError)) throw second;
    return { verdict: second.verdict, fault: second };
  }
}

async function disconnect(deps: SyncDeps, run: SyncRun, code: FailureCode, fault: ProviderError) {
  const at = deps.clock.stamp();
  // A channel opened under a grant that is gone is not to be trusted: a reconnect opens another.
  const { renew_at: _renewAt, ...channel } = run.sync.channel ?? { id: '' };
  const sync = {
    ...run.sync,
    last_attempted_sync_at: at,
    due_at: undefined,
    ...(run.sync.channel && { channel }),
  };
  if (run.calendar.state === 'disconnected') {
    run.sync = await saveSyncState(deps.table, run.calendar.id, sync);
    return { outcome: { kind: 'disconnected' as const }, facts: [] };
  }
  const failure: ConnectionFailure = {
    error: `${run.provider.name} Authentication error: ${fault.message}`,
    timestamp: at,
    code,
    provider_code: fault.providerCode,
    action: cures[code],
  };
  const connection = { state: 'disconnected' as const, connection_failure_data: failure, updated_at: at };
  run.calendar = { ...run.calendar, ...connection };
  const facts = [{ id: run.id, fact: stateChange(run.calendar, sync, run.id) }];
  run.sync = await commitSync(deps.table, {
    calendar: run.calendar,
    sync,
    events: [],
    connection,
    outbox: facts,
    outboxDueAt: timestampOf(deps.clock.now() + 2 * minute),
  });
  deps.logger.warn('calendar disconnected', { calendar_id: run.calendar.id, code, provider_code: fault.providerCode });
  return { outcome: { kind: 'disconnected' as const }, facts };
}

/** Notes the attempt; with a pause, the calendar is looked at again after it, whatever happens meanwhile. */
async function pause(deps: SyncDeps, run: SyncRun, ms: number | null): Promise<void> {
  run.sync = await saveSyncState(deps.table, run.calendar.id, {
    ...run.sync,
    last_attempted_sync_at: deps.clock.stamp(),
    ...(ms !== null && { due_at: timestampOf(deps.clock.now() + ms) }),
  });
}
