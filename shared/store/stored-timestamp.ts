import * as z from 'zod';
import type { Timestamp } from '../platform/timestamp.ts';

/** A timestamp we stored ourselves, in its fixed-width form. */
export const storedTimestamp = z
  .string()
  .length(27)
  .transform((text) => text as Timestamp);
