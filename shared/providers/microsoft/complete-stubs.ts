import type { ReadRequest } from '../calendar-provider.ts';
import type { SideReads } from '../side-reads.ts';
import type { GraphApi } from './graph-api.ts';
import { type GraphItem, isMaster, isStub, stubOf } from './graph-item.ts';
import { eventPath } from './microsoft-pages.ts';
import { readEach } from './read-each.ts';

/**
 * Completes occurrences from their master, so that they are the same whichever call returned them. A master that is not
 * in the round is read once. Attendees of single occurrences may not be able to read it: then the occurrence itself is
 * read.
 *
 * @param masters those of the round; others are added
 * @returns orphans: occurrences that could not be completed
 */
export async function completeStubs(
  api: GraphApi,
  request: Pick<ReadRequest, 'calendar'>,
  { side, items, masters }: { side: SideReads; items: GraphItem[]; masters: Map<string, GraphItem> },
): Promise<{ full: GraphItem[]; orphans: GraphItem[] }> {
  const occurrences = items.filter(({ type }) => type === 'occurrence');
  const masterIds = new Set(occurrences.flatMap(({ seriesMasterId: id }) => id ?? []));
  const absent = [...masterIds].filter((id) => !masters.has(id));
  const read = await readEach(
    api,
    side,
    absent.map((id) => eventPath(request, id)),
  );
  for (const id of absent) {
    const master = read.get(eventPath(request, id));
    if (master && master !== 'absent' && isMaster(master)) masters.set(id, master);
  }
  const masterOf = ({ seriesMasterId: id }: GraphItem): GraphItem | undefined => masters.get(id ?? '');
  const lonely = occurrences.filter((item) => isStub(item) && !masterOf(item));
  const alone = await readEach(
    api,
    side,
    lonely.map(({ id }) => eventPath(request, id)),
  );
  const full: GraphItem[] = [];
  const orphans: GraphItem[] = [];
  for (const item of items) {
    const master = masterOf(item);
    const own = alone.get(eventPath(request, item.id));
    if (item.type !== 'occurrence') full.push(item);
    else if (master) full.push({ ...master, recurrence: null, ...stubOf(item) });
    else if (!isStub(item)) full.push(item);
    else if (own && own !== 'absent') full.push({ ...own, id: item.id });
    else orphans.push(item);
  }
  return { full, orphans };
}
