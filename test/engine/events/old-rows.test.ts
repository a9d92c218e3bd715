import { BatchGetCommand, type BatchGetCommandOutput, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Calendar } from '../../../shared/calendars/calendar.ts';
import { type EventRow, eventKey } from '../../../shared/events/event-row.ts';
import { listCalendarEvents } from '../../../shared/events/list-calendar-events.ts';
import { type ProjectId, randomId } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { getAllRows } from '../../../shared/store/batch-get.ts';
import type { Table } from '../../../shared/store/table.ts';
import { orderings } from '../../../shared/store/table-schema.ts';
import { updateRow } from '../../../shared/store/write-row.ts';
import { createOwnTable } from '../../support/create-own-table.ts';
import { interceptTable } from '../../support/intercept-table.ts';
import { openStackTable } from '../../support/open-stack-table.ts';
import { seedCalendar, seedEvents } from '../../support/seed-events.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const bot = 'bot_0123456789abcdef';
let table: Table;
let projectId: ProjectId;
beforeAll(async () => {
  table = openStackTable((await createOwnTable(stack, 'old-rows')).local);
  projectId = randomId('proj');
});

/** Reads that need not be consistent answer with these rows, as a replica does that has not received the last write. */
function answeringWith(old: Record<string, unknown>[]): { table: Table; oldReads: () => number } {
  let oldReads = 0;
  const intercepted = interceptTable(table, async (send, command) => {
    if (!(command instanceof BatchGetCommand)) return send();
    const answer = (await send()) as BatchGetCommandOutput;
    if (command.input.RequestItems?.[table.name]?.ConsistentRead !== false) return answer;
    oldReads += 1;
    return { ...answer, Responses: { [table.name]: old } };
  });
  return { table: intercepted, oldReads: () => oldReads };
}

const noise = Array.from({ length: 3_000 }, () => Math.floor(Math.random() * 36).toString(36)).join('');

/** A calendar with an event that is too large for an index, and its row before and after a change. */
async function arrange(): Promise<{
  calendar: Calendar;
  id: string;
  readRows: () => Promise<Record<string, unknown>[]>;
}> {
  const calendar = await seedCalendar(table, projectId);
  const time = timestampOf(Date.now(), 1);
  const [event] = await seedEvents(table, calendar, [
    { start_time: time, end_time: time, created_at: time, raw: { noise } },
  ]);
  const id = event?.id ?? '';
  return { calendar, id, readRows: () => getAllRows(table, [eventKey(projectId, calendar.id, id)]) };
}

describe.each(orderings)('a list of a calendar by $name', (ordering) => {
  const list = async (read: Table, calendar: Calendar): Promise<EventRow[]> => {
    const { rows } = await listCalendarEvents(
      { table: read, complete: (found: EventRow[]) => Promise.resolve(found), bytesOf: () => 0 },
      projectId,
      {
        deduplicationKey: null,
        eventId: null,
        updatedAtGte: null,
        startTimeGte: null,
        endTimeLte: null,
        calendarId: calendar.id,
        ordering,
        ascending: true,
        cursor: null,
      },
    );
    return rows;
  };

  it('shows the last change, also where a row is read that is older', async () => {
    const { calendar, id, readRows } = await arrange();
    const old = await readRows();
    const changed = timestampOf(Date.now() + 60_000, 1);
    await updateRow(table, eventKey(projectId, calendar.id, id), {
      set: { by_updated: `${changed}#${id}`, is_deleted: true },
    });
    const { table: read } = answeringWith(old);
    expect((await list(read, calendar)).map(({ event }) => event)).toEqual([
      expect.objectContaining({ id, updated_at: changed, is_deleted: true }),
    ]);
  });

  it('shows the bots of now, which change no time, and reads a row twice only where it is older', async () => {
    const { calendar, id, readRows } = await arrange();
    const old = await readRows();
    const unchanged = answeringWith(old);
    expect((await list(unchanged.table, calendar)).map(({ bot_ids }) => bot_ids)).toEqual([[]]);
    await updateRow(table, eventKey(projectId, calendar.id, id), { add: { bot_ids: new Set([bot]) } });
    const { table: read, oldReads } = answeringWith(old);
    expect((await list(read, calendar)).map(({ bot_ids }) => bot_ids)).toEqual([[bot]]);
    // The order by creation knows neither time nor bots, so it reads consistently at once.
    expect(oldReads()).toBe(ordering.name === 'created_at' ? 0 : 1);
  });
});

describe('an event that moves while a page is read', () => {
  const filters = { hasMeetingUrl: null, isDeleted: null, updatedAtGte: null, startTimeGte: null, endTimeLte: null };

  it.each([
    // The rows are looked at in two passes.
    ['a filter by content', { hasMeetingUrl: true }],
    // The index is asked again for what it refuses.
    ['a filter of the index', { startTimeGte: timestampOf(2_000_000) }],
  ])('is listed once, where it was read last, with %s', async (_what, given) => {
    const calendar = await seedCalendar(table, projectId);
    const at = (step: number) => timestampOf(1_000_000 + step * 1000, 1);
    const isWanted = (index: number) => index === 50 || index >= 250;
    const events = await seedEvents(
      table,
      calendar,
      Array.from({ length: 260 }, (_, index) => ({
        start_time: timestampOf(isWanted(index) ? 3_000_000 : 1_000_000),
        end_time: timestampOf(4_000_000),
        created_at: at(index),
        meeting_url: isWanted(index) ? 'https://zoom.us/j/123456789' : null,
      })),
    );
    const moving = events[50]?.id ?? '';
    let queries = 0;
    const read = interceptTable(table, async (send, command) => {
      if (command instanceof QueryCommand) queries += 1;
      if (command instanceof QueryCommand && queries === 2) {
        const set = { by_updated: `${at(1000)}#${moving}` };
        await updateRow(table, eventKey(projectId, calendar.id, moving), { set });
      }
      return send();
    });
    const { rows } = await listCalendarEvents(
      { table: read, complete: (found: EventRow[]) => Promise.resolve(found), bytesOf: () => 0 },
      projectId,
      {
        ...filters,
        ...given,
        calendarId: calendar.id,
        deduplicationKey: null,
        eventId: null,
        ordering: orderings[0],
        ascending: true,
        cursor: null,
      },
    );
    expect(queries).toBe(2);
    expect(rows.map(({ event }) => event.id)).toEqual([...events.slice(250).map(({ id }) => id), moving]);
    expect(rows.at(-1)?.event.updated_at).toBe(at(1000));
  });
});
