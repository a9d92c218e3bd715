import * as z from 'zod';

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

/** An event of Graph; undefined when it has no id. */
export const readGraphItem = (value: unknown): GraphItem | undefined => itemSchema.safeParse(value).data;

export const isMaster = (item: GraphItem): boolean => item.type === 'seriesMaster' && !item['@removed'];

/** An occurrence that has only its times. Its other fields are those of its master. */
export const isStub = (item: GraphItem): boolean => item.type === 'occurrence' && item.subject === undefined;

/** An occurrence in the form of a delta round, so that it is the same whichever call returned it. */
export const stubOf = (item: GraphItem): GraphItem => {
  if (item.type !== 'occurrence') return item;
  const { id, type, seriesMasterId, start, end, isCancelled } = item;
  return { id, type, seriesMasterId, start, end, ...(isCancelled && { isCancelled }) };
};

/** A round may have duplicates in any order. The last modified one counts, or else the last delivered one. */
export function latestOf(items: GraphItem[]): Map<string, GraphItem> {
  const latest = new Map<string, GraphItem>();
  for (const item of items) {
    const known = latest.get(item.id)?.lastModifiedDateTime;
    if (!known || !item.lastModifiedDateTime || item.lastModifiedDateTime >= known) latest.set(item.id, item);
  }
  return latest;
}
