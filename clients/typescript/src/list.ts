import type { Send } from './send.ts';

/** A page of a list. */
export interface Page<Item> {
  next: string | null;
  previous: string | null;
  results: Item[];
}

/** A list: iterate over its items, or over its pages with `pages()`. Nothing is fetched before. */
export interface List<Item> extends AsyncIterable<Item> {
  first(): Promise<Page<Item>>;
  pages(): AsyncIterable<Page<Item>>;
}

/** A page is fetched when it is needed. `next` is followed, also after a page without items. */
export function createList<Item>(send: Send, path: string, query: object | undefined): List<Item> {
  const first = (): Promise<Page<Item>> => send<Page<Item>>({ method: 'GET', path, query });
  async function* pages(): AsyncGenerator<Page<Item>> {
    for (let page = await first(); ; page = await send<Page<Item>>({ method: 'GET', path: pathOf(page.next) })) {
      yield page;
      if (page.next === null) return;
    }
  }
  return {
    first,
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const { results } of pages()) yield* results;
    },
  };
}

/**
 * Path and query of an address, below `/api/v1`. The API may know another address of itself than this client, which has a
 * proxy in front of it, or a tunnel. The key goes to the address that the client was given, whatever an answer says.
 */
function pathOf(address: string): string {
  const [, path] = /^[^?#]*\/api\/v1(\/[^#]*)/.exec(address) ?? [];
  if (path === undefined) throw new Error(`${address} is no address of the API`);
  return path;
}
