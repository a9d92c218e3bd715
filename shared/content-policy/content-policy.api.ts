import * as z from 'zod';
import { listField } from '../http/list-field.ts';
import { choiceField, optionalField, parseFields } from '../http/request-fields.ts';
import { invalidFields } from '../platform/app-error.ts';
import { type ContentPolicy, contentFields, contentModes, droppableTypes } from './content-policy.ts';

/** Longer than each of the closed lists: repeated words count once. */
const longestList = 100;

const wordsField = <Word extends string>(words: readonly [Word, ...Word[]]): z.ZodType<Word[]> =>
  listField(choiceField(words), longestList, { least: 0 }).overwrite((list) => [...new Set(list)]);

/** Body of `PUT /content_policy`. */
export const contentPolicyFields = z.object({
  mode: choiceField(contentModes),
  fields: optionalField(wordsField(contentFields)),
  drop_event_types: optionalField(wordsField(droppableTypes)),
});

/** The content policy of a project in answers (docs/content-policy.md). */
export const contentPolicyOut = z.object({
  mode: z.enum(contentModes),
  /** Later versions may know more fields. */
  fields: z.array(z.string().meta({ 'x-extensible-enum': contentFields })),
  drop_event_types: z.array(z.enum(droppableTypes)),
});

export const showContentPolicy = (policy: ContentPolicy): z.output<typeof contentPolicyOut> =>
  contentPolicyOut.parse(policy);

/** @throws AppError 400 */
export function parseContentPolicy(body: Record<string, unknown>): ContentPolicy {
  const { mode, fields, drop_event_types = [] } = parseFields(contentPolicyFields, body);
  if (mode === 'fields' && fields === undefined) throw invalidFields({ fields: ['This field is required.'] });
  if (mode !== 'fields' && fields !== undefined && fields.length > 0) {
    throw invalidFields({ fields: ['This field is only for the mode "fields".'] });
  }
  return { mode, fields: fields ?? [], drop_event_types };
}
