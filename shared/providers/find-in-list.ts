import type { Listed } from './calendar-provider.ts';
import { isOutOfTime } from './request-scope.ts';

/** Pages of a calendar list. Accounts have some dozens of calendars. */
const longestList = 40;

/** A page of a calendar list. An entry that cannot be read is null. */
export interface ListPage<Entry> {
  entries: (Entry | null)[];
  /** Link to the next page. */
  next: string | null;
}

/** Reads a whole calendar list. @returns isComplete: it says of every calendar that is not in it that it is absent */
export async function readWholeList<Entry>(
  readPage: (link: string | null) => Promise<ListPage<Entry>>,
): Promise<{ entries: Entry[]; isComplete: boolean }> {
  const entries: Entry[] = [];
  const found = await findInPages(readPage, (entry) => {
    entries.push(entry);
    return null;
  });
  return { entries, isComplete: found === 'absent' };
}

/**
 * Looks for a calendar in the account's calendar list.
 *
 * @param readPage one request; null is the first page
 * @param find says of an entry whether it is the calendar, and null when it is not
 */
export async function findInPages<Entry>(
  readPage: (link: string | null) => Promise<ListPage<Entry>>,
  find: (entry: Entry) => Listed | null,
): Promise<Listed> {
  let link: string | null = null;
  let [isEmpty, isReadable] = [true, true];
  for (let pages = 0; pages < longestList && !isOutOfTime(); pages += 1) {
    const { entries, next } = await readPage(link);
    for (const entry of entries) {
      const found = entry && find(entry);
      if (found) return found;
      if (entry === null) isReadable = false;
      else isEmpty = false;
    }
    if (next === null) return isEmpty || !isReadable ? 'unclear' : 'absent';
    link = next;
  }
  return 'unclear';
}
