import * as z from 'zod';

/** A list of `least` to `most` items, with the reference's texts. */
export const listField = <Item extends z.ZodType>(item: Item, most: number, { least = 1 } = {}) =>
  z.preprocess(
    (value, context) => {
      const message = findFault(value, least, most);
      if (message === null) return value;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    },
    z.array(item).meta({ minItems: least, maxItems: most }),
  );

function findFault(value: unknown, least: number, most: number): string | null {
  if (value === undefined) return 'This field is required.';
  if (value === null) return 'This field may not be null.';
  if (!Array.isArray(value)) return 'Expected a list of items.';
  if (value.length < least) return 'This list may not be empty.';
  return value.length > most ? `Ensure this field has no more than ${most} elements.` : null;
}
