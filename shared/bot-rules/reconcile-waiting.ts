import { deleteWaitingEvent, listWaitingEvents } from '../bots/automatic-bot-store.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { reconcileEvent, reconcileOneOf } from './reconcile-meeting.ts';
import type { RuleDeps } from './rule-deps.ts';

/**
 * Reconciles the events of a calendar that got no bot because there was no place: one may be free now. One request; most
 * calendars have no such event.
 */
export async function reconcileWaiting(deps: RuleDeps, projectId: string, calendarId: string): Promise<void> {
  const now = timestampOf(deps.clock.now());
  for (const { reference, start } of await listWaitingEvents(deps.table, calendarId)) {
    const isOver = start <= now;
    const reconciled = isOver ? undefined : await reconcileOneOf(deps, projectId, reference, reconcileEvent);
    if (isOver || reconciled?.isWaiting === false) await deleteWaitingEvent(deps.table, reference, start);
  }
}
