import * as z from 'zod';
import { JsonNumber } from '../http/json-number.ts';
import { listField } from '../http/list-field.ts';
import { metadataField, metadataSchema } from '../http/metadata-field.ts';
import { textField, textSchema } from '../http/request-fields.ts';
import type { WebhookFilter } from './endpoint.ts';

const mostCalendars = 100;
const longestId = 100;

const parts = { calendar_ids: listField(textField(longestId), mostCalendars), metadata: metadataField() };

export const filterSchema = z.object({
  calendar_ids: z.array(textSchema(longestId)).min(1).max(mostCalendars).optional(),
  metadata: metadataSchema.optional(),
});

/** `filter` of an endpoint: an object with `calendar_ids`, `metadata` or both. Null and `{}` remove the filter. */
export const filterField = () =>
  z
    .unknown()
    .transform((value, context): WebhookFilter | null => {
      if (value === null) return null;
      if (typeof value !== 'object' || Array.isArray(value) || value instanceof JsonNumber) {
        return refuse(context, 'Filter must be an object.');
      }
      const filter: WebhookFilter = {};
      for (const [name, given] of Object.entries(value)) {
        if (!Object.hasOwn(parts, name)) return refuse(context, `Unexpected key '${name.slice(0, 100)}' in filter.`);
        const parsed = parts[name as keyof typeof parts].safeParse(given);
        if (!parsed.success) return refuse(context, `${name}: ${parsed.error.issues[0]?.message ?? 'invalid'}`);
        Object.assign(filter, { [name]: parsed.data });
      }
      return Object.keys(filter).length === 0 ? null : filter;
    })
    .pipe(filterSchema.nullable());

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
