import { createHash } from 'node:crypto';
import { AppError } from '../platform/app-error.ts';
import type { ProjectId } from '../platform/ids.ts';

export interface AuthenticateDeps {
  /** Finds the project of an enabled key by the SHA-256 (hex) of the key. */
  findProjectByKeyHash(hash: string): Promise<ProjectId | null>;
}

export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/**
 * @param authorization the header as sent
 * @returns the key's project
 * @throws AppError `unauthenticated` (docs/api-compatibility.md#conventions)
 */
export async function authenticate(authorization: string | undefined, deps: AuthenticateDeps): Promise<ProjectId> {
  if (!authorization) throw refuse('Missing Authorization header');
  const [scheme, key, ...rest] = authorization.trim().split(/\s+/);
  if (scheme?.toLowerCase() !== 'token' || !key || rest.length > 0) {
    throw refuse('Invalid Authorization header. Should have this format: Token <api_key>');
  }
  const project = await deps.findProjectByKeyHash(hashKey(key));
  if (!project) throw refuse('Invalid or disabled API key');
  return project;
}

const refuse = (reason: string): AppError => new AppError('unauthenticated', reason);
