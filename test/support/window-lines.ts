import { millisOf } from '../../shared/platform/timestamp.ts';
import { overlaps } from '../../shared/sync/sync-window.ts';
import type { SimulatedUser } from './simulated-user-port.ts';
import type { SyncHarness } from './sync-harness.ts';

const line = (id: string, start: number, end: number, name: string | null): string =>
  `${start}–${end} ${name ?? ''} ${id}`;

/** The stored, living events of the window, as comparable lines. */
export async function storedLines(harness: SyncHarness, calendarId: string): Promise<string[]> {
  const events = await harness.stored(calendarId);
  return events
    .filter((event) => !event.is_deleted && overlaps(event, harness.window()))
    .map((event) => line(event.platform_uuid, millisOf(event.start_time), millisOf(event.end_time), event.name))
    .sort();
}

/** The same lines from the simulator. */
export function trueLines(harness: SyncHarness, user: SimulatedUser): string[] {
  const { start, end } = harness.window();
  return user
    .truth(millisOf(start), millisOf(end))
    .map((event) => line(event.id, event.start, event.end, event.name))
    .sort();
}
