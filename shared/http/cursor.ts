import * as z from 'zod';
import { AppError } from '../platform/app-error.ts';
import { isSignature, sign } from '../platform/signing.ts';
import type { PageCursor } from '../store/page.ts';

/** Content of the cursors of lists. */
export const pageCursorSchema: z.ZodType<PageCursor> = z.object({
  direction: z.enum(['forward', 'back']),
  position: z.string(),
  inclusive: z.boolean().optional(),
});

/** A cursor is valid only for its project and the filters and ordering of its query. */
export interface CursorScope {
  secret: string;
  projectId: string;
  query: string;
}

const signed = ({ projectId, query }: CursorScope, payload: string): string => `${projectId}\0${query}\0${payload}`;

export function encodeCursor(scope: CursorScope, cursor: object): string {
  const payload = Buffer.from(JSON.stringify(cursor)).toString('base64url');
  return `${payload}.${sign(scope.secret, 'cursor', signed(scope, payload))}`;
}

/** @param text empty is the first page @throws AppError `invalid_cursor` for a malformed, foreign or changed cursor */
export function decodeCursor<Cursor>(scope: CursorScope, schema: z.ZodType<Cursor>, text: string): Cursor | null {
  if (text === '') return null;
  const [payload = '', signature = ''] = text.split('.');
  const valid =
    text === `${payload}.${signature}` && isSignature(signature, scope.secret, 'cursor', signed(scope, payload));
  if (!valid) throw new AppError('invalid_cursor', 'Invalid cursor');
  return schema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
}
