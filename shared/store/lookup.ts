import { createHash } from 'node:crypto';

/**
 * A partition of an index in which a value is looked up. It has a part of the value's hash, so that rows stay small. So it
 * may have rows of another value, which the caller leaves out.
 *
 * @param kind what is looked up, within the project
 */
export const lookupOf = (projectId: string, kind: string, value: string): string =>
  `${projectId}#${kind}#${createHash('sha256').update(value).digest('hex').slice(0, 16)}`;
