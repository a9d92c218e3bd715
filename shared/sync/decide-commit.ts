import type { Calendar } from '../calendars/calendar.ts';
import type { EventChange } from '../events/change-feed/event-change.ts';
import type { OutboxEntry, OutboxMessage } from '../notifications/outbox-row.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { type ChangeSummary, eventsUpdate, firstSync, stateChange, syncRecovered } from './calendar-notifications.ts';
import type { SyncState } from './sync-state.ts';

/** State of a calendar's connection. */
export type Connection = Pick<Calendar, 'state' | 'connection_failure_data' | 'updated_at'>;

/** The rows of a commit beside its events. */
export interface CommitDecision {
  state: SyncState;
  /** Set when the connection changes. */
  connection?: Connection;
  outbox: (OutboxEntry | OutboxMessage)[];
}

/** Asks the bot queue to remove or restore the calendar's bots, whichever its connection asks for by then. */
export const botMessage = ({ id: calendar_id }: Calendar, id: string): OutboxMessage => ({
  id,
  message: { kind: 'calendar', calendar_id },
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
    reconnect,
    recoveredId,
    firstId,
  }: {
    changes: EventChange[];
    summary: ChangeSummary;
    reconnect: { at: Timestamp; id: string; messageId: string } | null;
    recoveredId: string | null;
    firstId: string | null;
  },
): CommitDecision {
  const next = { ...state, last_change_at: changes.at(-1)?.event.updated_at ?? state.last_change_at };
  const outbox: CommitDecision['outbox'] = [];
  const connection = reconnect && {
    state: 'connected' as const,
    connection_failure_data: null,
    updated_at: reconnect.at,
  };
  const after = { ...calendar, ...connection };
  if (summary.created + summary.changed + summary.deleted > 0) {
    outbox.push({ id: summary.sync_id, notification: eventsUpdate(after, next, summary.sync_id, summary) });
  }
  if (reconnect) {
    outbox.push({ id: reconnect.id, notification: stateChange(after, next, reconnect.id) });
    outbox.push(botMessage(calendar, reconnect.messageId));
  }
  if (recoveredId) outbox.push({ id: recoveredId, notification: syncRecovered(after, next, recoveredId) });
  if (firstId) outbox.push({ id: firstId, notification: firstSync(after, next, firstId) });
  return { state: next, outbox, ...(connection && { connection }) };
}
