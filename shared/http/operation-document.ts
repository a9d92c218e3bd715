import type * as z from 'zod';
import type { FunctionRoutes, OperationOf } from './routes.ts';

/** What the OpenAPI document says about an operation. */
export interface OperationDocument {
  summary: string;
  tag: string;
  query?: Record<string, { description: string; schema?: object }>;
  /** Schema that validates the body. */
  request?: z.ZodType;
  /** Schemas of the answers by status; null is an empty body. */
  responses: Record<number, z.ZodType | null>;
}

/** A document for exactly every operation of a function's routes. */
export type Documents<Routes extends FunctionRoutes> = Readonly<Record<OperationOf<Routes>, OperationDocument>>;

/** Description of every time in a query. */
export const timeText = 'ISO 8601; a time without an offset is UTC';

/** Document of the parameter `cursor` of a list. */
export const cursor = { description: 'Position of a page, from `next` or `previous`' };
