import { saveAccountEmail } from '../accounts/account-store.ts';
import { addressOf, type Calendar } from '../calendars/calendar.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import { type CalendarDescription, unknownCalendar } from '../providers/calendar-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { requestsWithin } from '../providers/request-scope.ts';
import { resolveTimeZone } from '../providers/resolve-time-zone.ts';
import { isListingDue } from './listing-due.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';
import { saveDescription } from './sync-store.ts';
import { syncWindowAt } from './sync-window.ts';

/**
 * Asks once, with the first listing of a calendar, what the calendar is called and whose it is. One request. An answer that
 * does not come is asked for again with the next listing; the sync goes on without it.
 *
 * @returns the run, with the calendar as it is known now
 */
export async function describeCalendar(deps: SyncDeps, run: SyncRun, state: SyncState): Promise<SyncRun> {
  const { calendar, provider, request, window: days } = run;
  const now = deps.clock.now();
  const isAsked = calendar.account_email !== undefined;
  if (isAsked || !isListingDue(state, request.trigger, { span: syncWindowAt(now, days), days, now })) return run;
  const token = await run.tokens.obtain();
  const found = await requestsWithin(syncTimingMs.description, () =>
    orNothing(provider.describe(token, addressOf(calendar))),
  );
  if (!found) return run;
  const description = { ...found, time_zone: resolveTimeZone(found.time_zone) };
  await saveDescription(deps.table, calendar.id, description);
  const { account_email: email } = description;
  if (email !== null) await saveAccountEmail(deps.table, calendar.account_id, email);
  deps.logger.info('calendar described', { calendar_id: calendar.id, at: timestampOf(now) });
  return { ...run, calendar: { ...calendar, ...description } satisfies Calendar };
}

/** What is refused for good is not known; null: it may be known later. */
async function orNothing(work: Promise<CalendarDescription>): Promise<CalendarDescription | null> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return ['missing', 'disconnect'].includes(error.verdict.kind) ? unknownCalendar : null;
  }
}
