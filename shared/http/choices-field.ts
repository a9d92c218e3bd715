import type * as z from 'zod';
import { listField } from './list-field.ts';
import { choiceField } from './request-fields.ts';

/** A longer list is refused unread, so that the texts of its faults stay short. */
const longestList = 100;

/** A non-empty list of words from a closed list. Repeated words count once. The texts are those of `choiceField`. */
export const choicesField = <Choice extends string>(choices: readonly [Choice, ...Choice[]]): z.ZodType<Choice[]> =>
  listField(choiceField(choices), longestList).overwrite((list) => [...new Set(list)]);
