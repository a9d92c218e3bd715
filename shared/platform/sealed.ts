import * as z from 'zod';

/** A secret as it is stored: encrypted by `envelope.ts`. The type keeps a plain secret out of every row. */
export type Sealed = `v1.${string}`;

/** Schema of a sealed secret in rows. */
export const sealedText = z.custom<Sealed>(
  (value) => typeof value === 'string' && value.startsWith('v1.'),
  'not a sealed secret',
);
