import { isLimiting } from '../content-policy/content-policy.ts';
import { blankEvent, isDropped, limitEvent } from '../content-policy/limit-event.ts';
import { type CalendarEvent, contentHash, type EventContent } from '../events/calendar-event.ts';
import { readEventsByCreation } from '../events/stored-event-store.ts';
import type { SyncDecision } from './decide-sync.ts';
import type { PlannedWrite } from './plan-changes.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';

/** Rows that a run looks at. The next run goes on after them. */
const rowsAtOnce = 500;

/**
 * After a change of the content policy: adds writes of rows that have what the policy forbids and that no listing has, past
 * and deleted ones. So many in a run.
 */
export async function sweepContent(
  { table }: SyncDeps,
  { calendar, policy, hosts: { read: readHosts }, window: { policy: version = '' }, provider }: SyncRun,
  state: SyncState,
  decision: SyncDecision,
): Promise<SyncDecision> {
  const { swept } = state;
  const isDone = (swept?.policy ?? '') === version && swept?.from === undefined;
  if (isDone) return decision;
  const whole = { ...decision, state: { ...decision.state, swept: version === '' ? undefined : { policy: version } } };
  // A new calendar has no rows of before, and what is missing of a row comes with a listing.
  if (!state.listing || !isLimiting(policy)) return whole;
  const page = { from: swept?.policy === version ? swept.from : undefined, limit: rowsAtOnce };
  const read = await readEventsByCreation(table, calendar.project_id, calendar.id, page);
  const hosts = await readHosts();
  const decided = new Set(decision.writes.map(({ id }) => id));
  const writes = read.events.flatMap((event): PlannedWrite[] => {
    if (decided.has(event.id)) return [];
    const content = contentIn(event);
    const isForbidden = isDropped(content, policy);
    const limited = isForbidden ? blankEvent(content) : limitEvent(content, policy, hosts);
    const content_hash = contentHash(limited, provider.volatile);
    const isEqual = content_hash === contentHash(content, provider.volatile);
    if (isEqual && (event.is_deleted || !isForbidden)) return [];
    return event.is_deleted || isForbidden
      ? [{ type: 'deleted', id: event.id, content: limited }]
      : [{ type: 'changed', id: event.id, content: limited, content_hash }];
  });
  if (read.end === null) return { ...whole, writes: [...decision.writes, ...writes] };
  return {
    writes: [...decision.writes, ...writes],
    state: { ...decision.state, swept: { policy: version, from: read.end } },
  };
}

function contentIn(event: CalendarEvent): EventContent {
  const {
    id: _id,
    calendar_id: _calendar,
    is_deleted: _deleted,
    created_at: _created,
    updated_at: _updated,
    ...content
  } = event;
  return content;
}
