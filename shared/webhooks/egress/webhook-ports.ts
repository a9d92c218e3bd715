import * as z from 'zod';

/** The ports webhooks may be sent to, as a function's environment has them: `443,8443`. */
export const webhookPortsSchema = z
  .string()
  .transform((text) => text.split(',').map(Number))
  .pipe(z.array(z.int().min(1).max(65_535)));
