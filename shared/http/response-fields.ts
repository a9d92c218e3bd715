import * as z from 'zod';

/** Fields of answers. Times go out as UTC ISO 8601 with `Z` (docs/api-compatibility.md#conventions). */
export const timeOut = () => z.iso.datetime();
export const idOut = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[A-Za-z0-9]{16}$`));

/** The answer of a list. */
export const listOut = <Row extends z.ZodType>(row: Row) =>
  z.object({ next: z.url().nullable(), previous: z.url().nullable(), results: z.array(row) });
