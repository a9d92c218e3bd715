import { millisOf, type Timestamp } from '../platform/timestamp.ts';
import type { CalendarProvider } from '../providers/calendar-provider.ts';
import { type Comparison, type ReadCalendar, timeIn } from './compare-changes.ts';
import { windowName } from './listing-due.ts';
import { lookaheadAfterDelta, lookaheadAfterListing, type ReachedEvents } from './lookahead.ts';
import { nextLooks } from './looks.ts';
import { nextDue } from './next-due.ts';
import type { PlannedWrite, VisibleWrite } from './plan-changes.ts';
import type { SyncMessage } from './sync-message.ts';
import type { SyncState } from './sync-state.ts';
import type { WindowDays } from './sync-window.ts';

/** What a run has decided: its writes, and the state once all of them are committed. */
export interface SyncDecision {
  writes: PlannedWrite[];
  state: SyncState;
}

/** What a decision depends on beside the state and what was read. */
export interface SyncContext {
  calendarId: string;
  /** `updated_at` of the calendar that the run works with. */
  calendarVersion: Timestamp;
  window: WindowDays;
  provider: Pick<CalendarProvider, 'syncShape' | 'modifiedField'>;
  trigger: SyncMessage['trigger'];
  /** When the message was sent, in milliseconds since the epoch. */
  sentAt: number;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Decides a run that has read the provider. */
export function decideSync(
  state: SyncState,
  { read, comparison, reached }: { read: ReadCalendar; comparison: Comparison; reached: ReachedEvents | null },
  context: SyncContext,
): SyncDecision {
  const { set, startedAt, span, stored, reading } = read;
  const { writes: planned, reported } = comparison;
  const isListing = set.kind === 'listing';
  const { window } = context;
  const nextReached = reached ? reached.next : state.lookahead_due_at;
  const next: SyncState = {
    ...state,
    sync_token:
      set.syncToken === null
        ? undefined
        : { value: set.syncToken, shape: context.provider.syncShape, time_zone: set.timeZone },
    reading,
    looks: nextLooks(state.looks, {
      ...context,
      isFirst: state.listing === undefined,
      isChange: isListing ? planned.length > 0 : set.changes.length > 0,
    }),
    last_served_at: startedAt,
    worked_version: context.calendarVersion,
    not_before: undefined,
    ...(isListing && { listing: { at: startedAt, window: windowName(window), until: span.horizon } }),
    ...(!isListing && reported.length > 0 && { last_change_lag_ms: lagOf(reported, context) }),
    // What the provider does not support may work by now: each daily listing lets the next run ask again.
    ...(isListing && state.listing && { push: withoutUnsupported(state.push) }),
    lookahead_due_at: isListing
      ? lookaheadAfterListing({ stored, writes: planned }, window)
      : lookaheadAfterDelta(nextReached, planned, window),
  };
  const ids = new Set(planned.map(({ id }) => id));
  return {
    writes: [...(reached?.writes ?? []).filter(({ id }) => !ids.has(id)), ...planned],
    state: { ...next, due_at: nextDue(context.calendarId, next, context.now) },
  };
}

/** Decides a run that only creates events that the window has reached. The provider is not asked. */
export function decideLookahead(
  state: SyncState,
  reached: ReachedEvents,
  { calendarId, now }: Pick<SyncContext, 'calendarId' | 'now'>,
): SyncDecision {
  const next = { ...state, lookahead_due_at: reached.next };
  return { writes: reached.writes, state: { ...next, due_at: nextDue(calendarId, next, now) } };
}

/** From the last change at the provider, or, if its time is not known, from the message. */
function lagOf(reported: VisibleWrite[], { provider, sentAt, now }: SyncContext): number {
  const times = reported.flatMap((write): Timestamp[] => {
    const modified = write.type === 'deleted' ? null : timeIn(write.content, provider.modifiedField);
    return modified === null ? [] : [modified];
  });
  const last = times.sort().at(-1);
  return Math.max(0, now - (last ? millisOf(last) : sentAt));
}

function withoutUnsupported(push: SyncState['push']): SyncState['push'] {
  if (!push.refusal) return push;
  const { unsupported_address: _address, ...refusal } = push.refusal;
  return { ...push, refusal };
}
