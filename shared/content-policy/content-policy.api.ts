import * as z from 'zod';
import { eventTypes } from '../events/event-traits.ts';
import { listField } from '../http/list-field.ts';
import { choiceField, optionalField, parseFields, textField } from '../http/request-fields.ts';
import { invalidFields } from '../platform/app-error.ts';
import { type ContentField, type ContentPolicy, contentFields, contentModes } from './content-policy.ts';

/** Longer than each of the closed lists: repeated words count once. */
const longestList = 100;
const longestName = 64;

const wordsField = <Word extends string>(words: readonly [Word, ...Word[]]): z.ZodType<Word[]> =>
  listField(choiceField(words), longestList, { least: 0 }).overwrite((list) => [...new Set(list)]);

/** Later versions may know more fields. */
const fieldNames = { 'x-extensible-enum': contentFields };

const isField = (text: string): text is ContentField => (contentFields as readonly string[]).includes(text);

const fieldName = () =>
  textField(longestName)
    .refine(isField, { error: ({ input }) => `"${String(input)}" is not a valid choice.` })
    .meta({ maxLength: longestName, ...fieldNames });

/** Body of `PUT /content_policy`. */
export const contentPolicyFields = z.object({
  mode: choiceField(contentModes),
  fields: optionalField(listField(fieldName(), longestList, { least: 0 })),
  drop_event_types: optionalField(wordsField(eventTypes)),
});

/** The content policy of a project in answers (docs/content-policy.md). */
export const contentPolicyOut = z.object({
  mode: z.enum(contentModes),
  fields: z.array(z.string().meta(fieldNames)),
  drop_event_types: z.array(z.enum(eventTypes)),
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
  // Without the ordinary events nothing would be left.
  if (drop_event_types.includes('default')) {
    throw invalidFields({ drop_event_types: ['"default" is not a valid choice.'] });
  }
  return { mode, fields: [...new Set(fields?.filter(isField))], drop_event_types };
}
