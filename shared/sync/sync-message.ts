import * as z from 'zod';
import { lifecycleEvents } from './lifecycle-events.ts';

/**
 * Why a calendar is to be synced. `look`: a push brought nothing. `hand_off`: one of its bots is about to be handed off.
 */
const syncTriggers = [
  'push',
  'create',
  'patch',
  'delete',
  'schedule',
  'manual',
  'lifecycle',
  'look',
  'hand_off',
] as const;

export const syncMessageSchema = z.object({
  calendar_id: z.string(),
  trigger: z.enum(syncTriggers),
  /** With the trigger `push`: the channel it came through, which has verified. */
  channel: z.object({ id: z.string(), resource_id: z.string() }).optional(),
  /** With the trigger `push`: when its bucket closed, in milliseconds since the epoch. */
  bucket_ends_at: z.number().optional(),
  /** With the trigger `look`: the message is held back until then, in milliseconds since the epoch. */
  look_at: z.number().optional(),
  /** How often a long run for this message has failed: each time it is another message to the queue. */
  attempts: z.number().optional(),
  /** With the trigger `lifecycle`. */
  lifecycle: z.object({ event: z.enum(lifecycleEvents), subscription_id: z.string() }).optional(),
});

/** A message of the sync queue. */
export type SyncMessage = z.output<typeof syncMessageSchema>;
