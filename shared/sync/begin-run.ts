import { createAccountTokens } from '../accounts/account-tokens.ts';
import { type ContentPolicy, fullContent, policyVersion } from '../content-policy/content-policy.ts';
import { limitProvider } from '../content-policy/limit-provider.ts';
import { putAccessToken } from './access-token-store.ts';
import { windowOf } from './listing-due.ts';
import { seenTimer } from './seen-timer.ts';
import type { SyncDeps, SyncRequest, SyncRun } from './sync-run.ts';
import type { LoadedCalendar } from './sync-store.ts';

/** A run at its beginning. @param policy of the project; one that reads no events needs none */
export function beginRun(
  deps: SyncDeps,
  { calendar, sync, accessToken, log }: LoadedCalendar,
  request: SyncRequest,
  policy: ContentPolicy = fullContent,
): SyncRun {
  const readHosts = () => deps.readMeetingHosts(calendar.project_id);
  const { platform } = calendar;
  const provider = limitProvider(deps.providers[platform], { platform, policy, readHosts });
  const version = policyVersion(policy);
  return {
    calendar,
    provider,
    request,
    id: deps.newId(),
    began: deps.clock.stamp(),
    policy,
    window: { ...windowOf(deps.window, calendar), ...(version !== '' && { policy: version }) },
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
