import * as z from 'zod';

/** The elements of a list that fit the schema: an odd one (null, another type) is left out and costs no other. */
export const listOf = <Element extends z.ZodType>(element: Element) =>
  z
    .array(z.unknown())
    .transform((items): z.output<Element>[] => items.flatMap((item) => element.safeParse(item).data ?? []))
    .optional()
    .catch(undefined);
