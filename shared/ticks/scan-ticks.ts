import { tickTimingMs } from '../platform/bot-timing.ts';
import type { Clock } from '../platform/clock.ts';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';
import type { Webhook } from '../webhooks/endpoint.ts';
import { shiftOf, type TickKind, wantedTicks } from './tick.ts';
import type { TickScanMessage } from './tick-message.ts';
import type { TickQueue } from './tick-queue.ts';
import { type FoundEvent, findMoments } from './tick-store.ts';
import { advanceTickTimer, endTickTimer, readTickTimer } from './tick-timer-store.ts';

export interface ScanTicksDeps {
  table: Table;
  clock: Clock;
  newId: () => string;
  tickQueue: TickQueue;
  pause: (milliseconds: number) => Promise<unknown>;
  listWebhooks: (projectId: string) => Promise<Webhook[]>;
}

/** Events in a message: what a worker announces in much less than a second. */
const eventsPerMessage = 25;

interface Span {
  from: number;
  until: number;
}

/**
 * Finds the ticks that are due soon, and puts them into the queue, which holds them back to the second. A search of a
 * project goes on where the last one ended. A search of a calendar whose events have changed looks at what is found already:
 * an event may have moved into it. Ticks that are found twice are announced once.
 */
export async function scanTicks(deps: ScanTicksDeps, message: TickScanMessage): Promise<void> {
  const { project_id: projectId, calendar_id: calendarId } = message;
  const scanned = await readTickTimer(deps.table, projectId);
  if (scanned === null) return;
  const kinds = wantedTicks(await deps.listWebhooks(projectId));
  if (kinds.length === 0) return endTickTimer(deps.table, projectId, scanned);
  const now = deps.clock.now();
  if (calendarId !== undefined) {
    return sendTicks(deps, message, kinds, { from: now - tickTimingMs.grace, until: millisOf(scanned) });
  }
  const until = now + tickTimingMs.horizon;
  await sendTicks(deps, message, kinds, { from: Math.max(millisOf(scanned), now - tickTimingMs.latest), until });
  await advanceTickTimer(deps.table, projectId, scanned, {
    scannedUntil: timestampOf(Math.max(until, millisOf(scanned))),
    dueAt: timestampOf(now + tickTimingMs.scanInterval),
  });
}

async function sendTicks(
  { table, newId, tickQueue, clock, pause }: ScanTicksDeps,
  { project_id: projectId, calendar_id: calendarId }: TickScanMessage,
  kinds: TickKind[],
  { from, until }: Span,
): Promise<void> {
  let isAligned = calendarId !== undefined;
  for (const kind of kinds) {
    const shift = shiftOf(kind);
    const span = { from: timestampOf(from - shift), until: timestampOf(until - shift) };
    for await (const found of findMoments(table, projectId, calendarId, kind, span)) {
      const groups = groupBySecond(found, shift);
      // The queue holds messages back for whole seconds: what is sent where a second begins comes where a second begins.
      // Once in a search: a project may want hundreds of kinds of ticks.
      if (groups.length > 0 && !isAligned) await pause((1000 - (clock.now() % 1000)) % 1000);
      isAligned ||= groups.length > 0;
      await tickQueue.sendTicks(
        groups.map(({ second, events }) => ({
          message: { kind: 'ticks', id: newId(), project_id: projectId, ...kind, events },
          delaySeconds: second - clock.now() / 1000,
        })),
      );
    }
  }
}

/** Ticks that are due in the same second, as the queue counts, are one message, or some. */
function groupBySecond(found: FoundEvent[], shift: number): { second: number; events: FoundEvent[] }[] {
  const groups: { second: number; events: FoundEvent[] }[] = [];
  for (const event of found) {
    const second = Math.ceil((millisOf(event.moment) + shift) / 1000);
    const last = groups.at(-1);
    if (last?.second === second && last.events.length < eventsPerMessage) last.events.push(event);
    else groups.push({ second, events: [event] });
  }
  return groups;
}
