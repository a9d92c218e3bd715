import type { Calendar } from '../calendars/calendar.ts';
import type { EventChange } from '../events/change-feed/event-change.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { firstSync, stateChange, syncRecovered } from './calendar-notifications.ts';
import { type ChangeSummary, type StateEntry, withEntries } from './state-outbox.ts';
import type { SyncState } from './sync-state.ts';

/** State of a calendar's connection. */
export type Connection = Pick<Calendar, 'state' | 'connection_failure_data' | 'updated_at'>;

/** The rows of a commit beside its events. */
export interface CommitDecision {
  /** With what it announces in its outbox. */
  state: SyncState;
  /** Set when the connection changes. */
  connection?: Connection;
}

/** Asks the bot queue to remove or restore the calendar's bots, whichever its connection asks for by then. */
export const botMessage = ({ id: calendar_id, project_id }: Calendar, id: string): StateEntry => ({
  id,
  message: { kind: 'calendar', calendar_id, project_id },
});

/** The summary of a run with one commit more. */
export function addToSummary(summary: ChangeSummary, changes: EventChange[]): ChangeSummary {
  const isFirst = summary.created + summary.changed + summary.deleted === 0;
  const sum = { ...summary, ...(isFirst && changes[0] && { since: changes[0].event.updated_at }) };
  for (const { type } of changes) sum[type] += 1;
  return sum;
}

/**
 * Decides what a commit stores beside its events. The notification summarizes all commits of the run so far, under the
 * same key. The commit that reconnects the calendar also asks for its bots to be restored.
 *
 * @param reconnect set for the last commit of a run that found a disconnected calendar accessible again
 * `recoveredId` names the notification that a failing calendar is synced again, `firstId` that of the first sync
 */
export function decideCommit(
  calendar: Calendar,
  state: SyncState,
  {
    changes,
    summary,
    hasBotRules,
    reconnect,
    recoveredId,
    firstId,
  }: {
    changes: EventChange[];
    summary: ChangeSummary;
    hasBotRules: boolean;
    reconnect: { at: Timestamp; id: string; messageId: string } | null;
    recoveredId: string | null;
    firstId: string | null;
  },
): CommitDecision {
  const next = { ...state, last_change_at: changes.at(-1)?.event.updated_at ?? state.last_change_at };
  const entries: StateEntry[] = [];
  const connection = reconnect && {
    state: 'connected' as const,
    connection_failure_data: null,
    updated_at: reconnect.at,
  };
  const after = { ...calendar, ...connection };
  if (summary.created + summary.changed + summary.deleted > 0) {
    entries.push({ changes: summary, ...(hasBotRules && { has_bot_rules: true }) });
  }
  if (reconnect) {
    entries.push({ id: reconnect.id, notification: stateChange(after, next, reconnect.id) });
    entries.push(botMessage(calendar, reconnect.messageId));
  }
  if (recoveredId) entries.push({ id: recoveredId, notification: syncRecovered(after, next, recoveredId) });
  if (firstId) entries.push({ id: firstId, notification: firstSync(after, next, firstId) });
  return { state: { ...next, outbox: withEntries(state.outbox, entries) }, ...(connection && { connection }) };
}
