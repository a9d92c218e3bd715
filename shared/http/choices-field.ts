import type * as z from 'zod';
import { listField } from './list-field.ts';
import { choiceField } from './request-fields.ts';

/** Beyond it nothing is looked at: a list of choices is short, and so should be the answer to a wrong one. */
const longestList = 100;

/** A non-empty list of words out of a closed list; repeated ones count once. Texts as of `choiceField`. */
export const choicesField = <Choice extends string>(choices: readonly [Choice, ...Choice[]]): z.ZodType<Choice[]> =>
  listField(choiceField(choices), longestList).overwrite((list) => [...new Set(list)]);
