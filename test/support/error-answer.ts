import { answerError } from '../../shared/http/answer.ts';
import { AppError } from '../../shared/platform/app-error.ts';

/** How the API answers an error. Throws it again when it is unexpected. */
export function errorAnswer(error: unknown): { status: number; headers: Record<string, string>; body: object } {
  if (!(error instanceof AppError)) throw error;
  const { statusCode, headers, body } = answerError(error);
  return { status: statusCode, headers, body: JSON.parse(body) as object };
}
