import type { Page, PageCursor } from '../store/page.ts';
import type { ApiRequest, ApiResponse } from './api-request.ts';
import { lastOf } from './api-request.ts';
import { decodeCursor, encodeCursor, pageCursorSchema } from './cursor.ts';

/**
 * Answers a list (docs/api-compatibility.md#conventions). `next` and `previous` are absolute URLs that keep all other
 * query parameters.
 *
 * @param query names filters and ordering; a cursor from another query is refused
 */
export async function answerList<Row>(
  request: ApiRequest,
  { secret, query }: { secret: string; query: string },
  readPage: (cursor: PageCursor | null) => Promise<Page<Row>>,
  show: (row: Row) => unknown,
): Promise<ApiResponse> {
  const scope = { secret, projectId: request.projectId, query };
  const page = await readPage(decodeCursor(scope, pageCursorSchema, lastOf(request.query, 'cursor') ?? ''));
  const link = (cursor: PageCursor | null): string | null => {
    if (cursor === null) return null;
    const parameters = new URLSearchParams(request.query);
    parameters.set('cursor', encodeCursor(scope, cursor));
    return `${request.url}?${parameters.toString()}`;
  };
  return {
    status: 200,
    body: { next: link(page.next), previous: link(page.previous), results: page.rows.map(show) },
  };
}
