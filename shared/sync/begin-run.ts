import { createAccountTokens } from '../accounts/account-tokens.ts';
import { type ContentPolicy, fullContent, policyVersion } from '../content-policy/content-policy.ts';
import { limitProvider } from '../content-policy/limit-provider.ts';
import { putAccessToken } from './access-token-store.ts';
import { windowOf } from './listing-due.ts';
import { noHosts, type RunHosts } from './run-hosts.ts';
import { seenTimer } from './seen-timer.ts';
import type { SyncDeps, SyncRequest, SyncRun } from './sync-run.ts';
import type { LoadedCalendar } from './sync-store.ts';

/** What of a project counts for its events. */
interface ProjectContent {
  policy: ContentPolicy;
  hosts: RunHosts;
}

/** A run at its beginning. One that reads no events needs nothing of its project. */
export function beginRun(
  deps: SyncDeps,
  { calendar, sync, accessToken, log }: LoadedCalendar,
  request: SyncRequest,
  { policy, hosts }: ProjectContent = { policy: fullContent, hosts: noHosts },
): SyncRun {
  const { platform } = calendar;
  const provider = limitProvider(deps.providers[platform], { platform, policy, readHosts: hosts.read });
  return {
    calendar,
    provider,
    request,
    id: deps.newId(),
    began: deps.clock.stamp(),
    policy,
    hosts,
    window: { ...windowOf(deps.window, calendar), policy: policyVersion(policy), hosts: hosts.version() },
    tokens: createAccountTokens(deps, {
      account: { id: calendar.account_id, project_id: calendar.project_id },
      stored: accessToken,
      keep: (token) => putAccessToken(deps.table, calendar.id, token),
    }),
    timer: seenTimer(sync),
    log,
    requests: { requests: 0 },
  };
}
