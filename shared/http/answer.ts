import * as z from 'zod';
import type { AppError, AppErrorCode } from '../platform/app-error.ts';
import type { ApiResponse } from './api-request.ts';

/** What API Gateway gets from a function, and what is remembered of an answer. `body` is JSON, or empty. */
export const answerSchema = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
export type Answer = z.output<typeof answerSchema>;

const statuses: Record<AppErrorCode, number> = {
  unauthenticated: 401,
  invalid: 400,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  gone: 410,
  unsupported_media_type: 415,
  unprocessable: 422,
  throttled: 429,
};

export const createAnswer = ({ status, body }: ApiResponse, headers: Record<string, string> = {}): Answer => ({
  statusCode: status,
  headers: { 'content-type': 'application/json', ...headers },
  body: body === undefined ? '' : JSON.stringify(body),
});

/** The answer an error of ours stands for. */
export const answerError = ({ code, body, headers }: AppError): Answer =>
  createAnswer({ status: statuses[code], body }, headers);
