import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import { type ProjectId, randomId } from '../platform/ids.ts';
import type { Table } from '../store/table.ts';
import type { ApiKey } from './project.ts';
import { insertApiKey, insertProject } from './project-store.ts';

export interface ProjectDeps {
  table: Table;
  clock: Clock;
}

/** Creates a project with its first key. Only this answer ever has the key's text. */
export async function createProject(
  deps: ProjectDeps,
  name: string,
  apiKey?: string,
): Promise<{ projectId: ProjectId; apiKey: string }> {
  const projectId = randomId('proj');
  await insertProject(deps.table, { id: projectId, name, created_at: deps.clock.stamp() });
  const created = await createApiKey(deps, projectId, 'default', apiKey);
  return { projectId, apiKey: created.apiKey };
}

/** @param apiKey text of the key; by default a new random one of 256 bits */
export async function createApiKey(
  { table, clock }: ProjectDeps,
  projectId: ProjectId,
  name: string,
  apiKey = `kal_${randomBytes(32).toString('base64url')}`,
): Promise<{ key: ApiKey; apiKey: string }> {
  const hash = createHash('sha256').update(apiKey).digest('hex');
  const stamp = clock.stamp();
  const key = { id: randomId('key'), project_id: projectId, name, created_at: stamp, disabled: false, hash };
  await insertApiKey(table, key);
  return { key, apiKey };
}
