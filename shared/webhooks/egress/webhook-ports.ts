import * as z from 'zod';

/** Ports of webhook endpoints in a function's environment: `443,8443`. */
export const webhookPortsSchema = z
  .string()
  .transform((text) => text.split(',').map(Number))
  .pipe(z.array(z.int().min(1).max(65_535)));
