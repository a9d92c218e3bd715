import type { CalendarDeps } from '../calendars/calendar-deps.ts';
import { requestSyncs } from '../calendars/request-syncs.ts';
import { type ContentPolicy, policyVersion } from './content-policy.ts';
import { putContentPolicy, readContentPolicy } from './content-policy-store.ts';

/** Replaces the content policy of a project. The calendars are listed again with another one, in their own runs. */
export async function applyContentPolicy(deps: CalendarDeps, projectId: string, policy: ContentPolicy): Promise<void> {
  const before = await readContentPolicy(deps.table, projectId);
  await putContentPolicy(deps.table, projectId, policy);
  if (policyVersion(before) !== policyVersion(policy)) await requestSyncs(deps, projectId);
}
