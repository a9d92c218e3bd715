import { ProviderError } from '../provider-error.ts';
import type { SideReads } from '../side-reads.ts';
import { batchSize, type GraphApi } from './graph-api.ts';
import { type GraphItem, readGraphItem } from './graph-item.ts';

/** What a look-up of a resource says. */
export type Found = GraphItem | 'absent';

/**
 * Reads events by their paths, twenty in a request. Paths that could not be read are not in the answer.
 *
 * @param mayGoOn asked with what was found so far, before each further request
 */
export async function readEach(
  api: GraphApi,
  side: SideReads,
  paths: string[],
  mayGoOn: (found: ReadonlyMap<string, Found>) => boolean = () => true,
): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  const note = (path: string, answer: unknown): void => {
    const item = answer === null ? 'absent' : readGraphItem(answer);
    if (item) found.set(path, item);
  };
  for (let from = 0; from < paths.length && !side.isOver() && mayGoOn(found); from += batchSize) {
    const some = paths.slice(from, from + batchSize);
    const answers = some.length > 1 ? await side.read(() => api.batch(some)) : undefined;
    for (const [path, answer] of answers?.value ?? []) note(path, answer);
    if ([...(answers?.value.values() ?? [])].some(isQuota)) return found;
    // One alone, and what a refused or incomplete batch has not answered.
    const left = answers ? [] : some;
    for (const path of left) {
      const answer = await side.read(() => api.find(path));
      if (answer) note(path, answer.value);
    }
  }
  return found;
}

const isQuota = (answer: unknown): boolean => answer instanceof ProviderError && answer.verdict.kind === 'quota';
