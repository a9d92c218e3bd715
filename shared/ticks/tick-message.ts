import * as z from 'zod';
import { tickTriggers } from '../notifications/notification.ts';
import { storedTimestamp } from '../store/stored-values.ts';

/** Find the ticks of a project that are due soon, or those of one calendar whose events have changed. */
export const tickScanSchema = z.object({
  kind: z.literal('tick_scan'),
  project_id: z.string(),
  calendar_id: z.string().optional(),
});
export type TickScanMessage = z.output<typeof tickScanSchema>;

/** Events of a project whose ticks are due in one second, with the start or end that each had when it was found. */
export const ticksSchema = z.object({
  kind: z.literal('ticks'),
  /** The same whenever the queue brings this message again. */
  id: z.string(),
  project_id: z.string(),
  trigger: z.enum(tickTriggers),
  offset_minutes: z.number(),
  events: z.array(z.object({ id: z.string(), calendar_id: z.string(), moment: storedTimestamp })),
});
export type TicksMessage = z.output<typeof ticksSchema>;
