import { loadAccount } from '../accounts/account-store.ts';
import { addressOf, type ConnectionFailure, type FailureCode } from '../calendars/calendar.ts';
import { listOAuthApps } from '../oauth-apps/oauth-app-store.ts';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import type { Listed } from '../providers/calendar-provider.ts';
import { ProviderError, type ProviderVerdict } from '../providers/provider-error.ts';
import { requestsWithin } from '../providers/request-scope.ts';
import { deleteAccessToken } from './access-token-store.ts';
import { stateChange, syncFailing } from './calendar-notifications.ts';
import { noteRefused } from './client-standing-store.ts';
import { commitSync } from './commit-store.ts';
import { botMessage } from './decide-commit.ts';
import {
  dailyRetryMs,
  decideFailure,
  type FailureAlarm,
  type FailureDecision,
  isAnnounced,
  needsStanding,
  repairs,
} from './failures.ts';
import { OvertakenRun } from './overtaken-run.ts';
import { withRenewalDue } from './push-channel.ts';
import { recordRun } from './record-run.ts';
import { saveState } from './save-state.ts';
import { sendCalendarOutbox } from './send-calendar-outbox.ts';
import { type StateEntry, withEntries } from './state-outbox.ts';
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
  const { calendar, request } = run;
  const now = deps.clock.now();
  const known = {
    isConnected: calendar.state === 'connected',
    hasSynced: state.last_successful_sync_at !== undefined,
    failing: state.failing,
    random: deps.random(),
    now,
  };
  const standing = needsStanding(verdict, known) ? await noteRefused(deps.table, calendar, now) : null;
  const decision = decideFailure(verdict, fault, { ...known, standing });
  if (decision.kind === 'disconnect') {
    if (await hasNewGrant(deps, run)) return { kind: 'retry', delayMs: newGrantPauseMs };
    return disconnect(deps, run, state, { code: decision.code, fault, counts });
  }

  const { failing } = decision;
  const about = {
    calendar_id: calendar.id,
    code: failing.code,
    provider_code: fault.providerCode,
    attempt: request.attempt,
    since: failing.since,
  };
  if (decision.kind === 'retry') {
    deps.logger.warn('sync failed, to be retried', about);
    await recordFailure(deps, run, { ...state, failing }, { outcome: 'retry', counts, errorCode: fault.providerCode });
    return { kind: 'retry', delayMs: decision.delayMs };
  }
  alarmOperator(deps, about, decision);
  const { dueAt: due_at, notBefore: not_before } = decision;
  const paused: SyncState = { ...state, failing, due_at, not_before };
  await recordFailure(deps, run, paused, { outcome: 'failed', counts, errorCode: fault.providerCode });
  return { kind: 'failed' };
}

const alarmTexts: Record<FailureAlarm, string> = {
  operator: "the operator's OAuth client or project is refused",
  client: 'many accounts of one OAuth client are refused',
};

/** The metric filters of the stack look for `alarm` and `stale`. */
function alarmOperator(
  { logger, clock }: SyncDeps,
  about: object,
  { alarm, failing }: Extract<FailureDecision, { kind: 'pause' }>,
): void {
  const stale = clock.now() - millisOf(failing.since) >= syncTimingMs.staleCalendar;
  const more = { ...about, ...(stale && { stale }) };
  if (alarm) logger.error(alarmTexts[alarm], { ...more, alarm });
  else logger.warn('sync failed, to be retried', more);
}

/** Stores a failed run, with the notification that the calendar is failing when it is due. */
async function recordFailure(
  deps: SyncDeps,
  run: SyncRun,
  before: SyncState,
  result: Parameters<typeof recordRun>[3],
): Promise<void> {
  const logged = await recordRun(deps, run, before, result);
  const state: SyncState = { ...before, last_attempted_sync_at: deps.clock.stamp(), ...logged };
  const { calendar } = run;
  const isDue = state.failing && calendar.state === 'connected' && isAnnounced(state.failing, deps.clock.now());
  if (!state.failing || !isDue) {
    await saveState(deps, run, state);
    return;
  }
  const failing = { ...state.failing, announced: true };
  const entry = { id: run.id, notification: syncFailing(calendar, { ...state, failing }, run.id) };
  const { sync } = await retryLostRace(async () => {
    const committed = await commitSync(deps.table, {
      calendar,
      sync: { ...state, failing, outbox: withEntries(state.outbox, [entry]) },
      timer: run.timer,
      events: [],
    });
    if (committed.kind === 'changed') return lostRace;
    if (committed.kind === 'lost') throw new OvertakenRun('the sync state was written meanwhile');
    return committed;
  });
  await sendCalendarOutbox(deps, calendar, { sync, rows: [], log: run.log });
}

/**
 * Asks the calendar list about a 404 or 403. A list without the calendar shows that it is gone. A list that is refused
 * proves nothing, unless both name the same reason, which then holds for the account. A list that fails, or that has
 * nothing, says nothing.
 */
async function confirm(
  { calendar, provider, tokens, request }: SyncRun,
  fault: ProviderError,
): Promise<{ verdict: ProviderVerdict; fault: ProviderError }> {
  const { verdict } = fault;
  if (verdict.kind !== 'missing' && verdict.kind !== 'refused') return { verdict, fault };
  try {
    const timeToAsk = request.remainingMs() - syncTimingMs.commitReserve;
    const listed = await requestsWithin(timeToAsk, () =>
      tokens.use((token) => provider.findInList(token, addressOf(calendar))),
    );
    const verdicts: Record<Listed, ProviderVerdict> = {
      listed: { kind: 'refused' },
      absent: { kind: 'disconnect', code: 'calendar_not_found' },
      unclear: verdict,
    };
    return { verdict: verdicts[listed], fault };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const second = error.verdict;
    if (verdict.kind === 'refused' && second.kind === 'refused' && verdict.suspected && second.suspected)
      return { verdict: { kind: 'disconnect', code: second.suspected }, fault };
    if (second.kind === 'refused') return { verdict: { kind: 'refused' }, fault };
    return { verdict: second, fault: error };
  }
}

/** The refusal is not about the credentials that the account has meanwhile. The copy of the access token may be of the former. */
async function hasNewGrant({ table }: SyncDeps, { calendar, tokens }: SyncRun): Promise<boolean> {
  const used = tokens.grantVersion();
  const account = used === null ? null : await loadAccount(table, calendar.account_id);
  if (!account || account.grant_version === used) return false;
  await deleteAccessToken(table, calendar.id);
  return true;
}

/** A refused run begins again with the new credentials after this pause. */
const newGrantPauseMs = 1_000;

/** Losses that another consent of the user does not cure. */
const notCuredByConsent: ReadonlySet<FailureCode> = new Set(['calendar_not_found', 'mailbox_unavailable']);

/** The OAuth app with which the user can consent again: the calendar then has a link to reconnect it. */
async function findHealingApp(
  { table }: Pick<SyncDeps, 'table'>,
  { calendar }: Pick<SyncRun, 'calendar'>,
  code: FailureCode,
): Promise<Pick<ConnectionFailure, 'oauth_app_id'>> {
  if (notCuredByConsent.has(code)) return {};
  const account = await loadAccount(table, calendar.account_id);
  if (account?.grant.kind === 'oauth_app') return { oauth_app_id: account.grant.oauth_app_id };
  if (account?.grant.kind !== 'client') return {};
  // The credentials came with the calendar. An app of the same client asks for the same consent.
  const apps = await listOAuthApps(table, account.project_id);
  const app = apps.find(
    ({ platform, client_id: client }) => platform === account.platform && client === account.client_id,
  );
  return app ? { oauth_app_id: app.id } : {};
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
    // It is tried again by itself once a day.
    due_at: timestampOf(Math.ceil(deps.clock.now() + dailyRetryMs(deps.random()))),
    not_before: undefined,
    failing: undefined,
    // After a reconnect another grant applies: the channel is replaced, and what was refused is tried again.
    push,
    ...(await recordRun(deps, run, before, { outcome: 'disconnected', counts, errorCode: fault.providerCode })),
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
    ...(await findHealingApp(deps, run, code)),
  };
  const connection = { state: 'disconnected' as const, connection_failure_data: failure, updated_at: at };
  const { calendar } = run;
  const entries: StateEntry[] = [
    { id: run.id, notification: stateChange({ ...calendar, ...connection }, state, run.id, deps) },
    botMessage(calendar, deps.newId()),
  ];
  const committed = await commitSync(deps.table, {
    calendar,
    sync: { ...state, outbox: withEntries(state.outbox, entries) },
    timer: run.timer,
    events: [],
    connection,
  });
  // The user has given another token meanwhile, or deleted the calendar: the refusal is not about it any more.
  if (committed.kind !== 'committed') return { kind: 'retry', delayMs: 1000 };
  deps.logger.warn('calendar disconnected', { calendar_id: run.calendar.id, code, provider_code: fault.providerCode });
  await sendCalendarOutbox(deps, { ...calendar, ...connection }, { sync: committed.sync, rows: [], log: run.log });
  return { kind: 'disconnected' };
}
