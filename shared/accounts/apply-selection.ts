import { freeCalendarPlace } from '../calendars/calendar-count-store.ts';
import type { CalendarDeps } from '../calendars/calendar-deps.ts';
import { readCalendars } from '../calendars/calendar-look-up-store.ts';
import { accountTimingMs } from '../platform/account-timing.ts';
import { timestampOf } from '../platform/timestamp.ts';
import type { ProjectLimiter } from '../projects/limit-project.ts';
import type { CalendarList } from '../providers/calendar-provider.ts';
import type { Providers } from '../providers/providers.ts';
import { requestsWithin } from '../providers/request-scope.ts';
import type { Account } from './account.ts';
import { listAccountCalendars } from './account-store.ts';
import { createAccountTokens } from './account-tokens.ts';
import { connectCalendars } from './connect-calendars.ts';
import { disconnectCalendars } from './delete-account.ts';
import { planSelection, type Selection, type SelectionFault, selectionError } from './selection.ts';
import { renameCalendar, settleSelection } from './selection-store.ts';

export interface SelectionDeps extends CalendarDeps {
  providers: Providers;
  limiter: Pick<ProjectLimiter, 'limitOf' | 'refuse'>;
  /** Number in [0, 1). */
  random: () => number;
}

/** The calendars that an account has at its provider. @throws ProviderError */
export const readProviderCalendars = (deps: SelectionDeps, account: Account): Promise<CalendarList> =>
  requestsWithin(accountTimingMs.listing, () =>
    createAccountTokens(deps, { account }).use((accessToken) =>
      deps.providers[account.platform].listCalendars(accessToken, mailboxOf(account)),
    ),
  );

/** Whose calendars are listed: an organization's token of Microsoft is of no mailbox. */
const mailboxOf = ({ platform, grant }: Account): string | null =>
  platform === 'microsoft' && grant.kind === 'organization' ? grant.mailbox : null;

/**
 * Connects and disconnects calendars of an account as its selection wants it. New ones are connected first, because an
 * account goes with its last calendar. After a failure it may be applied again: what is done already stays. What the list lacks
 * is noted.
 *
 * @param selection that this worker has acquired
 * @throws AppError `throttled` when the project has too many calendars
 */
export async function applySelection(
  deps: SelectionDeps,
  { account, selection, list }: { account: Account; selection: Selection; list: CalendarList },
): Promise<void> {
  const { table } = deps;
  const { project_id: project } = account;
  const connected = await readCalendars(table, project, await listAccountCalendars(table, account.id));
  const plan = planSelection(selection.choice, list, { connected: [...connected.values()], former: selection.absent });
  const metadata = selection.metadata ?? undefined;
  const wanted = plan.connect.map((one) => ({ ...one, metadata }));
  if (wanted.length > 0) await connectCalendars(deps, account, wanted);
  await disconnectCalendars(deps, account, plan.disconnect, () => freeCalendarPlace(table, project));
  for (const { id, name } of plan.rename) await renameCalendar(table, id, name);
  if (plan.fault !== null && selection.choice !== 'all') return postponeSelection(deps, selection, plan.fault);
  const now = deps.clock.stamp();
  const result = {
    absent: plan.absent,
    failures: 0,
    applied_at: plan.fault === null ? now : selection.applied_at,
    error: plan.fault && selectionError(plan.fault, selection.error, now),
  };
  const isFollowed = selection.choice === 'all';
  const pauseMs = plan.absent.length > 0 ? accountTimingMs.absentLook : followPauseMs(deps.random());
  await settleSelection(
    table,
    selection,
    result,
    isFollowed ? timestampOf(Math.ceil(deps.clock.now() + pauseMs)) : null,
  );
}

/** An hour, with a quarter of it more or less, so that accounts do not come at once. @param random in [0, 1) */
const followPauseMs = (random: number): number => accountTimingMs.followInterval * (0.75 + random / 2);

/** A try has failed: the next one is after a minute, then two, four … and after the interval of following at most. */
export async function postponeSelection(
  { table, clock, random }: SelectionDeps,
  selection: Selection,
  fault: SelectionFault,
): Promise<void> {
  const { absent, failures, applied_at } = selection;
  const pauseMs = Math.min(accountTimingMs.firstRetry * 2 ** failures, accountTimingMs.followInterval);
  const dueAt = timestampOf(Math.ceil(clock.now() + pauseMs * (1 + random() / 4)));
  const error = selectionError(fault, selection.error, clock.stamp());
  await settleSelection(table, selection, { absent, failures: Math.min(failures + 1, 20), applied_at, error }, dueAt);
}
