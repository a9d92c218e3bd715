import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { storedTimestamp } from '../store/stored-values.ts';

export const projectSchema = z.object({ id: idOf('proj'), name: z.string(), created_at: storedTimestamp });
export type Project = z.output<typeof projectSchema>;

/** A key as its rows have it. The text of the key is stored nowhere. */
export const apiKeySchema = z.object({
  id: idOf('key'),
  project_id: idOf('proj'),
  name: z.string(),
  created_at: storedTimestamp,
  /** Set for good when the key is revoked. */
  disabled: z.boolean(),
  /** SHA-256 of the key's text, in hex. */
  hash: z.string(),
});
export type ApiKey = z.output<typeof apiKeySchema>;
