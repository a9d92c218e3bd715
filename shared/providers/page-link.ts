import * as z from 'zod';

/** No provider's tokens and links are longer. The sync state, which has them, must fit into a row of the table. */
const longestLink = 50_000;

/** A token or link of an answer. Absent, null and empty mean the same: there is none. */
export const pageLink = z
  .string()
  .max(longestLink)
  .nullish()
  .transform((text) => text || null);

/** A successful answer with an error in it is no page. */
export const noError = z.null().optional();
