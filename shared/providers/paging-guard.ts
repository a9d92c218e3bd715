import { ProviderError } from './provider-error.ts';

/** Pages of one reading. A year of a busy calendar has some hundred of them. */
const longestReading = 5_000;

/** Pages without items in a row. */
const longestSilence = 200;

/** Pages in a row that only repeat items. Duplicates happen; with small pages a page may have nothing else. */
const longestRepetition = 3;

/** The parts of a page that show whether a reading gets anywhere. */
interface SeenPage {
  ids: string[];
  next: string | null;
}

/**
 * Finds readings that never end: single mailboxes have been seen to answer the same items under ever new links
 * (https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/3082).
 *
 * @param pages read before @returns decides for each page whether to stop after it
 */
export function createPagingGuard(pages = 0): (page: SeenPage) => boolean {
  const links = new Set<string>();
  const known = new Set<string>();
  let [read, silent, repeated] = [pages, 0, 0];
  return ({ ids, next }) => {
    read += 1;
    silent = ids.length === 0 ? silent + 1 : 0;
    const isNew = ids.some((id) => !known.has(id));
    if (ids.length > 0) repeated = isNew ? 0 : repeated + 1;
    for (const id of ids) known.add(id);
    if (next === null) return false;
    const isRepeatedLink = links.has(next);
    links.add(next);
    return isRepeatedLink || repeated >= longestRepetition || silent >= longestSilence || read >= longestReading;
  };
}

export const endlessPaging = (): ProviderError =>
  new ProviderError({ kind: 'retry', error: 'answer_unreadable' }, 'endless_paging', 'the pages never end');
