import { createAccessTokens } from './access-token.ts';
import { windowOf } from './listing-due.ts';
import { seenTimer } from './seen-timer.ts';
import type { SyncDeps, SyncRequest, SyncRun } from './sync-run.ts';
import type { LoadedCalendar } from './sync-store.ts';

/** A run at its beginning. */
export function beginRun(
  deps: SyncDeps,
  { calendar, sync, accessToken, log }: LoadedCalendar,
  request: SyncRequest,
): SyncRun {
  const provider = deps.providers[calendar.platform];
  return {
    calendar,
    provider,
    request,
    id: deps.newId(),
    began: deps.clock.stamp(),
    window: windowOf(deps.window, calendar),
    tokens: createAccessTokens(deps, { calendar, provider, stored: accessToken }),
    timer: seenTimer(sync),
    log,
    requests: { requests: 0 },
  };
}
