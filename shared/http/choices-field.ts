import * as z from 'zod';
import { choiceField } from './request-fields.ts';

/** Beyond it nothing is looked at: a list of choices is short, and so should be the answer to a wrong one. */
const longestList = 100;

/** A non-empty list of words out of a closed list; repeated ones count once. Texts as of `choiceField`. */
export const choicesField = <Choice extends string>(choices: readonly [Choice, ...Choice[]]) =>
  z.preprocess(
    (value, context) => {
      const message = findFault(value);
      if (message === null) return value;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    },
    z
      .array(choiceField(choices))
      .overwrite((list) => [...new Set(list)])
      .meta({ minItems: 1, maxItems: longestList }),
  );

function findFault(value: unknown): string | null {
  if (value === undefined) return 'This field is required.';
  if (value === null) return 'This field may not be null.';
  if (!Array.isArray(value)) return 'Expected a list of items.';
  if (value.length === 0) return 'This list may not be empty.';
  return value.length > longestList ? `Ensure this field has no more than ${longestList} elements.` : null;
}
