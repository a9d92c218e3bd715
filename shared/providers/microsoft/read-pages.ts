import * as z from 'zod';
import { readAnswer } from '../read-answer.ts';
import type { GraphApi } from './graph-api.ts';

const text = z.string().nullish().catch(undefined);
const flag = z.boolean().nullish().catch(undefined);
const itemSchema = z.looseObject({
  id: z.string().min(1),
  type: text,
  seriesMasterId: text,
  subject: text,
  isCancelled: flag,
  isAllDay: flag,
  originalStartTimeZone: text,
  lastModifiedDateTime: text,
});
export type GraphItem = z.output<typeof itemSchema> & { '@removed'?: unknown; recurrence?: unknown };

const pageSchema = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
});

/**
 * Reads all pages of a collection. Links are followed as they are, also those of empty pages.
 *
 * @param target path of the first page, or a link
 * @throws ProviderError
 */
export async function readPages(api: GraphApi, target: string): Promise<{ items: GraphItem[]; deltaLink?: string }> {
  const items: GraphItem[] = [];
  let link: string | undefined = target;
  let deltaLink: string | undefined;
  while (link !== undefined) {
    const page: z.output<typeof pageSchema> = readAnswer(pageSchema, await api.get(link));
    for (const value of page.value) {
      const item = itemSchema.safeParse(value);
      // An item without an id cannot be stored.
      if (item.success) items.push(item.data);
    }
    link = page['@odata.nextLink'];
    deltaLink = page['@odata.deltaLink'];
  }
  return { items, ...(deltaLink !== undefined && { deltaLink }) };
}
