import type { ConnectionFailure, FailureCode } from '../calendars/calendar.ts';
import { calendarOutbox } from '../calendars/calendar-row.ts';
import { sendOutbox } from '../notifications/send-outbox.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { ProviderError, type ProviderVerdict } from '../providers/provider-error.ts';
import { stateChange } from './calendar-notifications.ts';
import { outboxDueAt } from './commit-changes.ts';
import { commitSync } from './commit-store.ts';
import { botMessage } from './decide-commit.ts';
import { decideFailure, repairs } from './failures.ts';
import { withRenewalDue } from './push-channel.ts';
import { recordRun } from './record-run.ts';
import { saveState } from './save-state.ts';
import type { RunCounts } from './sync-log-entry.ts';
import type { SyncDeps, SyncOutcome, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';

/** Ends a failed run: records the attempt, and disconnects, retries or pauses the calendar. */
export async function applyFailure(
  deps: SyncDeps,
  run: SyncRun,
  state: SyncState,
  { fault: first, counts }: { fault: ProviderError; counts: RunCounts },
): Promise<SyncOutcome> {
  const { verdict, fault } = await confirm(run, first);
  const decision = decideFailure(verdict, {
    isConnected: run.calendar.state === 'connected',
    refusals: state.authorization_refusals,
    attempt: run.request.attempt,
    random: deps.random(),
  });
  const about = { calendar_id: run.calendar.id, provider_code: fault.providerCode, attempt: run.request.attempt };
  const record = (outcome: 'retry' | 'failed', learnt: Partial<SyncState> = {}): Promise<SyncState> =>
    recordAttempt(deps, run, { ...state, ...learnt }, { outcome, counts, errorCode: fault.providerCode });
  switch (decision.kind) {
    case 'disconnect':
      return disconnect(deps, run, state, { code: decision.code, fault, counts });
    case 'confirm':
      deps.logger.warn('authorization refused, to be confirmed', about);
      await record('retry', { authorization_refusals: decision.refusals });
      return { kind: 'retry', delayMs: decision.delayMs };
    case 'retry':
      deps.logger.warn('sync failed, to be retried', about);
      await record('retry');
      return { kind: 'retry', delayMs: decision.delayMs };
    case 'pause': {
      // The metric filter of the stack looks for `alarm`.
      if (decision.alarms)
        deps.logger.error("the operator's OAuth client or project is refused", { ...about, alarm: 'operator' });
      else deps.logger.warn('sync failed, to be retried', about);
      const until = timestampOf(Math.ceil(deps.clock.now() + decision.pauseMs));
      await record('failed', { due_at: until, ...(decision.isQuiet && { not_before: until }) });
      return { kind: 'failed' };
    }
  }
}

/**
 * Asks the calendar list about a 404 or 403. A list without the calendar shows that it is gone. A list that is refused
 * proves nothing, unless both name the same reason, which then holds for the account. A list that fails says nothing.
 */
async function confirm(
  { calendar, provider, tokens }: SyncRun,
  fault: ProviderError,
): Promise<{ verdict: ProviderVerdict; fault: ProviderError }> {
  const { verdict } = fault;
  if (verdict.kind !== 'missing' && verdict.kind !== 'refused') return { verdict, fault };
  try {
    const isListed = await tokens.use((token) => provider.hasCalendar(token, calendar.platform_uuid));
    return { verdict: isListed ? { kind: 'refused' } : { kind: 'disconnect', code: 'calendar_not_found' }, fault };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const second = error.verdict;
    if (verdict.kind === 'refused' && second.kind === 'refused' && verdict.suspected && second.suspected)
      return { verdict: { kind: 'disconnect', code: second.suspected }, fault };
    if (second.kind === 'refused') return { verdict: { kind: 'refused' }, fault };
    return { verdict: second, fault: error };
  }
}

async function recordAttempt(
  deps: SyncDeps,
  run: SyncRun,
  state: SyncState,
  result: Parameters<typeof recordRun>[3],
): Promise<SyncState> {
  const runs = await recordRun(deps, run, state, result);
  return saveState(deps, run, { ...state, last_attempted_sync_at: deps.clock.stamp(), runs });
}

async function disconnect(
  deps: SyncDeps,
  run: SyncRun,
  before: SyncState,
  { code, fault, counts }: { code: FailureCode; fault: ProviderError; counts: RunCounts },
): Promise<SyncOutcome> {
  const at = deps.clock.stamp();
  const { refusal: _refusal, ...push } = withRenewalDue(before.push);
  const state: SyncState = {
    ...before,
    last_attempted_sync_at: at,
    due_at: undefined,
    // After a reconnect another grant applies: the channel is replaced, and what was refused is tried again.
    push,
    authorization_refusals: 0,
    runs: await recordRun(deps, run, before, { outcome: 'disconnected', counts, errorCode: fault.providerCode }),
  };
  if (run.calendar.state === 'disconnected') {
    await saveState(deps, run, state);
    return { kind: 'disconnected' };
  }
  const failure: ConnectionFailure = {
    error: `${run.provider.name} Authentication error: ${fault.message}`,
    timestamp: at,
    code,
    provider_code: fault.providerCode,
    action: repairs[code],
  };
  const connection = { state: 'disconnected' as const, connection_failure_data: failure, updated_at: at };
  const calendar = { ...run.calendar, refresh_token: run.tokens.refreshToken() };
  const outbox = [
    { id: run.id, notification: stateChange({ ...calendar, ...connection }, state, run.id) },
    botMessage(calendar, deps.newId()),
  ];
  const committed = await commitSync(deps.table, {
    calendar,
    sync: { ...state, access_token: run.tokens.stored() },
    timer: run.timer,
    events: [],
    connection,
    outbox,
    outboxDueAt: outboxDueAt(deps),
  });
  // The user has given another token meanwhile, or deleted the calendar: the refusal is not about it any more.
  if (committed.kind !== 'committed') return { kind: 'retry', delayMs: 1000 };
  deps.logger.warn('calendar disconnected', { calendar_id: run.calendar.id, code, provider_code: fault.providerCode });
  await sendOutbox(deps, calendarOutbox(calendar), outbox);
  return { kind: 'disconnected' };
}
