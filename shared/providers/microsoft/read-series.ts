import type { ReadRequest } from '../calendar-provider.ts';
import { readPages } from '../read-pages.ts';
import type { SideReads } from '../side-reads.ts';
import type { GraphApi } from './graph-api.ts';
import type { GraphItem } from './graph-item.ts';
import { getGraphPage, instancesPath } from './microsoft-pages.ts';

const pageSizes = [200, 50, 10, 1];

/**
 * Reads the instances that series have in the window, exceptions included. One series after the other, because a mailbox
 * accepts four requests at a time from all its calendars together.
 *
 * @returns instances by series, and the series that could not be read, those first that were not asked for
 */
export async function readSeries(
  api: GraphApi,
  request: ReadRequest,
  { side, wanted }: { side: SideReads; wanted: string[] },
): Promise<{ read: Map<string, GraphItem[]>; skipped: string[] }> {
  const read = new Map<string, GraphItem[]>();
  const [failed, unasked]: [string[], string[]] = [[], []];
  for (const id of wanted) {
    if (side.isOver()) {
      unasked.push(id);
      continue;
    }
    const instances = await side.read(() => readInstances(api, request, id));
    if (instances) read.set(id, instances.value);
    else failed.push(id);
  }
  return { read, skipped: [...unasked, ...failed] };
}

async function readInstances(api: GraphApi, request: ReadRequest, id: string): Promise<GraphItem[]> {
  const first = instancesPath(request, id);
  const { reading, fault } = await readPages(
    ({ link, pageSize }) => getGraphPage(api, link ?? first, pageSize),
    pageSizes,
    { link: null, pageSize: 200, pages: 0 },
  );
  if (fault) throw fault;
  return reading.items;
}
