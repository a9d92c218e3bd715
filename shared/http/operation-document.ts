import type * as z from 'zod';

/** What the OpenAPI document says of an operation. */
export interface OperationDocument {
  summary: string;
  tag: string;
  query?: Record<string, { description: string; schema?: object }>;
  request?: z.ZodType;
  /** Answers by status; null is an empty body. */
  responses: Record<number, z.ZodType | null>;
}

/** What is said of every time that is asked for. */
export const timeText = 'ISO 8601; no offset is UTC';
export const cursor = { description: 'Position of a page, from `next` or `previous`' };
