import type * as z from 'zod';
import type { ErrorName } from './error-responses.ts';
import { mostRows } from './limit-parameter.ts';
import type { FunctionRoutes, OperationOf } from './routes.ts';

/** A query parameter. Its schema is that of a text by default. */
interface QueryParameter {
  description: string;
  schema?: object;
  example?: unknown;
  required?: true;
  /** How a list is spelled (OpenAPI's words); by default the parameter is repeated. */
  style?: string;
  explode?: boolean;
}

/** The answer of an operation that succeeds. */
interface AnswerDocument {
  status: 200 | 201 | 202;
  description: string;
  /** Null is an empty body. */
  schema: z.ZodType | null;
  example?: unknown;
}

/** What the OpenAPI document says about an operation. */
export interface OperationDocument {
  summary: string;
  description: string;
  tag: string;
  query?: Record<string, QueryParameter>;
  /** The schema that validates the body; absent where a body has no fields. */
  request?: { schema: z.ZodType; example: unknown };
  answer: AnswerDocument;
  /** Errors that it can answer with, beside those that every operation of its kind can (`describe-operation.ts`). */
  errors?: readonly ErrorName[];
}

/** A document for exactly every operation of a function's routes. */
export type Documents<Routes extends FunctionRoutes> = Readonly<Record<OperationOf<Routes>, OperationDocument>>;

/** A time in a query. */
export const timeParameter = (description: string) => ({
  description: `${description} ISO 8601; a time without an offset is UTC.`,
  schema: { type: 'string', format: 'date-time' },
});

/** The parameter `limit` of a list. @param usual rows in a page without it */
export const limitParameter = (usual: number | 'all') => ({
  description: `Rows in a page; by default ${usual}. A page may have fewer`,
  schema: { type: 'integer', minimum: 1, maximum: mostRows, ...(usual !== 'all' && { default: usual }) },
});

/** The parameter `cursor` of a list. */
export const cursor = { description: 'Position of a page, from `next` or `previous`' };
