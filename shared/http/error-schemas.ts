import * as z from 'zod';

/** The three shapes of errors (docs/api-compatibility.md#conventions): protocol, lookup or query parameter, validation. */
export const detailOut = z.object({ detail: z.string() });
/** `limit` names the limit; it is absent for the requests of a minute. */
export const throttledOut = z.object({ detail: z.string(), limit: z.string().optional() });
export const lookupErrorOut = z.object({ error: z.string() });
export const fieldErrorsOut = z.record(z.string(), z.array(z.string()));
export const internalErrorOut = z.object({ detail: z.literal('Internal error'), error_id: z.uuid() });
