import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../platform/clock.ts';
import { settingsTimingMs } from '../platform/timing.ts';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { putRow } from '../store/write-row.ts';
import { type ContentPolicy, contentPolicySchema, fullContent, policyVersion } from './content-policy.ts';

const policyRow = defineRow('content policy', 1, contentPolicySchema);
const policyKey = (projectId: string) => ({ PK: `PROJECT#${projectId}`, SK: 'CONTENT_POLICY' });

/** One read; a project that has set nothing keeps everything. */
export async function readContentPolicy(
  table: Table,
  projectId: string,
  { isConsistent = true } = {},
): Promise<ContentPolicy> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: policyKey(projectId), ConsistentRead: isConsistent }),
  );
  return Item ? policyRow.read(Item) : fullContent;
}

export async function putContentPolicy(table: Table, projectId: string, policy: ContentPolicy): Promise<void> {
  await putRow(table, { ...policyKey(projectId), ...policyRow.write(policy) });
}

/**
 * The policy of a project.
 *
 * @param known version that may come from the memory of this process; null reads the table
 */
export type FindContentPolicy = (projectId: string, known: string | null) => Promise<ContentPolicy>;

/**
 * Reads policies once a minute and process, because every sync needs one, at half the price. What is remembered, or read
 * so, counts only for who has worked with it before: so a calendar never goes back to a policy that was replaced.
 */
export function createContentPolicies(table: Table, clock: Pick<Clock, 'now'>): FindContentPolicy {
  const remembered = new Map<string, { policy: ContentPolicy; until: number }>();
  return async (projectId, known) => {
    const now = clock.now();
    const found = remembered.get(projectId);
    if (found && found.until > now && policyVersion(found.policy) === known) return found.policy;
    const read = known === null ? null : await readContentPolicy(table, projectId, { isConsistent: false });
    const policy = read && policyVersion(read) === known ? read : await readContentPolicy(table, projectId);
    remembered.set(projectId, { policy, until: now + settingsTimingMs.remembered });
    return policy;
  };
}
