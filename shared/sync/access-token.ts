import { createHash } from 'node:crypto';
import { credentialsContext } from '../calendars/credentials-context.ts';
import { timestampOf } from '../platform/timestamp.ts';
import type { AccessToken } from '../providers/calendar-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import { replaceRefreshToken } from './sync-store.ts';

/** A token this close to its end is not used any more. */
const expiryMarginMs = 120_000;

/**
 * Gives the run its access token: the cached one, or a fresh one. A fresh token is left in `run.sync`, sealed, to be
 * stored with the run's next write.
 *
 * @throws ProviderError
 */
export async function obtainAccessToken(deps: SyncDeps, run: SyncRun): Promise<string> {
  run.accessToken ??= (await readCached(deps, run)) ?? (await refresh(deps, run));
  return run.accessToken;
}

/**
 * Calls the provider with the run's token. A token that is refused is refreshed once: the provider's answer to the
 * refresh then decides what is true.
 *
 * @throws ProviderError
 */
export async function withAccessToken<Result>(
  deps: SyncDeps,
  run: SyncRun,
  call: (accessToken: string) => Promise<Result>,
): Promise<Result> {
  try {
    return await call(await obtainAccessToken(deps, run));
  } catch (error) {
    if (!(error instanceof ProviderError && error.verdict.kind === 'unauthorized') || run.refreshed) throw error;
    run.accessToken = await refresh(deps, run);
    return call(run.accessToken);
  }
}

const sourceOf = (refreshToken: string): string =>
  createHash('sha256').update(refreshToken).digest('base64url').slice(0, 16);

async function readCached({ envelope, clock }: SyncDeps, { calendar, sync }: SyncRun): Promise<string | null> {
  const usable =
    sync.access_token_source === sourceOf(calendar.refresh_token) &&
    (sync.access_token_expires_at ?? '') > timestampOf(clock.now() + expiryMarginMs);
  return sync.access_token && usable ? envelope.open(credentialsContext(calendar), sync.access_token) : null;
}

async function refresh(deps: SyncDeps, run: SyncRun): Promise<string> {
  const { calendar, provider } = run;
  const { envelope } = deps;
  const context = credentialsContext(calendar);
  const [clientSecret, refreshToken] = await Promise.all([
    envelope.open(context, calendar.client_secret),
    envelope.open(context, calendar.refresh_token),
  ]);
  const granted: AccessToken = await provider.authorize({ clientId: calendar.client_id, clientSecret, refreshToken });
  if (granted.refreshToken !== undefined) await keepRotatedToken(deps, run, granted.refreshToken);
  run.refreshed = true;
  run.sync = {
    ...run.sync,
    access_token: await envelope.seal(context, granted.token),
    access_token_source: sourceOf(run.calendar.refresh_token),
    access_token_expires_at: granted.expiresAt,
  };
  return granted.token;
}

/**
 * Stores a rotated refresh token before its access token is used. Should that fail, the run fails, and the token in the
 * table is the former one, which the provider still takes for a while. A token that the user has changed meanwhile wins.
 */
async function keepRotatedToken({ envelope, table }: SyncDeps, run: SyncRun, refreshToken: string): Promise<void> {
  const { calendar } = run;
  const sealed = await envelope.seal(credentialsContext(calendar), refreshToken);
  if (await replaceRefreshToken(table, calendar, sealed)) run.calendar = { ...calendar, refresh_token: sealed };
}
