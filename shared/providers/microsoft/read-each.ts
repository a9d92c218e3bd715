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
    const item = answer instanceof ProviderError ? absence(answer) : readGraphItem(answer);
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
      const answer = await side.read(() => orRefusal(api.get(path)));
      if (answer) note(path, answer.value);
    }
  }
  return found;
}

/** An event that is not there is an answer, too. */
async function orRefusal(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ProviderError && absence(error)) return error;
    throw error;
  }
}

/** The event is absent, unless it is the mailbox. */
const absence = ({ verdict }: ProviderError): 'absent' | undefined =>
  verdict.kind === 'missing' && verdict.suspected === undefined ? 'absent' : undefined;

const isQuota = (answer: unknown): boolean => answer instanceof ProviderError && answer.verdict.kind === 'quota';
