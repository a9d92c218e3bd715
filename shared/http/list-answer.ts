import type { Page, PageCursor } from '../store/page.ts';
import type { ApiRequest, ApiResponse } from './api-request.ts';
import { lastOf } from './api-request.ts';
import { decodeCursor, encodeCursor, pageCursorSchema } from './cursor.ts';

interface ListScope {
  secret: string;
  /** Names filters and ordering; a cursor from another query is refused. */
  query: string;
}

/**
 * Answers a list (docs/api-compatibility.md#conventions). `next` and `previous` are absolute URLs that keep all other
 * query parameters.
 */
export const answerList = <Row>(
  request: ApiRequest,
  scope: ListScope,
  readPage: (cursor: PageCursor | null) => Promise<Page<Row>>,
  show: (row: Row) => unknown,
): Promise<ApiResponse> =>
  answerWrittenList(request, scope, async (cursor) => {
    const page = await readPage(cursor);
    return { ...page, rows: page.rows.map((row) => JSON.stringify(show(row))) };
  });

/** The same for rows that are JSON text already. */
export async function answerWrittenList(
  request: ApiRequest,
  { secret, query }: ListScope,
  readPage: (cursor: PageCursor | null) => Promise<Page<string>>,
): Promise<ApiResponse> {
  const scope = { secret, projectId: request.projectId, query };
  const page = await readPage(decodeCursor(scope, pageCursorSchema, lastOf(request.query, 'cursor') ?? ''));
  const link = (cursor: PageCursor | null): string | null => {
    if (cursor === null) return null;
    const parameters = new URLSearchParams(request.query);
    parameters.set('cursor', encodeCursor(scope, cursor));
    return `${request.url}?${parameters.toString()}`;
  };
  const [next, previous] = [page.next, page.previous].map((cursor) => JSON.stringify(link(cursor)));
  return { status: 200, json: `{"next":${next},"previous":${previous},"results":[${page.rows.join(',')}]}` };
}
