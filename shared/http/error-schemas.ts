import * as z from 'zod';

/** The three shapes of errors (docs/api-compatibility.md#conventions): protocol, lookup or query parameter, validation. */
export const detailOut = z.object({ detail: z.string(), limit: z.string().optional(), error_id: z.uuid().optional() });
export const lookupErrorOut = z.object({ error: z.string() });
export const fieldErrorsOut = z.record(z.string(), z.array(z.string()));

/** The shape of validation fits last: every object of lists is one. */
export const invalidRequestOut = z.union([detailOut, lookupErrorOut, fieldErrorsOut]);
export const problemOut = z.union([detailOut, lookupErrorOut]);
