import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import { randomId } from '../platform/ids.ts';
import type { Table } from '../store/table.ts';
import { type ApiKey, putApiKey, putProject } from './project-store.ts';

export interface ProjectDeps {
  table: Table;
  clock: Clock;
}

/** Creates a project with its first key. The key's text is only ever in this answer. */
export async function createProject(
  deps: ProjectDeps,
  name: string,
  apiKey?: string,
): Promise<{ projectId: string; apiKey: string }> {
  const projectId = randomId('proj');
  await putProject(deps.table, { id: projectId, name, created_at: deps.clock.stamp() });
  const created = await createApiKey(deps, projectId, 'default', apiKey);
  return { projectId, apiKey: created.apiKey };
}

/** @param apiKey text of the key; by default a new random one of 256 bits */
export async function createApiKey(
  { table, clock }: ProjectDeps,
  projectId: string,
  name: string,
  apiKey = `kal_${randomBytes(32).toString('base64url')}`,
): Promise<{ key: ApiKey; apiKey: string }> {
  const key: ApiKey = { id: randomId('key'), project_id: projectId, name, created_at: clock.stamp(), disabled: false };
  await putApiKey(table, key, createHash('sha256').update(apiKey).digest('hex'));
  return { key, apiKey };
}
