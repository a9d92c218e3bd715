import type { EventReference } from '../bots/meeting-claim.ts';
import { type EventRow, eventKey, readEventRow } from '../events/event-row.ts';
import { getAllRows } from '../store/batch-get.ts';
import { readableRows } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';

/** The events of references that still exist, in their order. One request for each hundred; none for none. */
export async function readAttendeeEvents(
  table: Table,
  projectId: string,
  references: EventReference[],
): Promise<EventRow[]> {
  if (references.length === 0) return [];
  const keys = references.map(({ calendar_id, event_id }) => eventKey(projectId, calendar_id, event_id));
  return readableRows(table, await getAllRows(table, keys), readEventRow);
}
