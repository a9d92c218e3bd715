import { createHash } from 'node:crypto';
import type { Calendar } from '../calendars/calendar.ts';
import { credentialsContext } from '../calendars/credentials-context.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import type { CalendarProvider } from '../providers/calendar-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { putAccessToken, type StoredAccessToken } from './access-token-store.ts';
import type { AccessTokens, SyncDeps } from './sync-run.ts';
import { replaceRefreshToken } from './sync-store.ts';

type TokenDeps = Pick<SyncDeps, 'envelope' | 'table' | 'clock'>;

/** Fingerprint of a sealed refresh token. */
const sourceOf = (refreshToken: string): string =>
  createHash('sha256').update(refreshToken).digest('base64url').slice(0, 16);

const mayBeToken = (error: unknown): boolean =>
  error instanceof ProviderError &&
  (error.verdict.kind === 'unauthorized' || (error.verdict.kind === 'retry' && error.verdict.isTokenDoubtful === true));

/** The access token of a run. It begins with the stored token, while that is valid. A fresh one is stored at once. */
export function createAccessTokens(
  { envelope, table, clock }: TokenDeps,
  given: { calendar: Calendar; provider: Pick<CalendarProvider, 'authorize'>; stored: StoredAccessToken | undefined },
): AccessTokens {
  const { calendar, provider } = given;
  const context = credentialsContext(calendar);
  let { stored } = given;
  let refreshToken = calendar.refresh_token;
  let token: string | null = null;
  let isRefreshed = false;

  const readStored = async (): Promise<string | null> => {
    const isUsable =
      stored?.source === sourceOf(refreshToken) &&
      stored.expires_at > timestampOf(clock.now() + syncTimingMs.accessTokenMargin);
    return stored && isUsable ? envelope.open(context, stored.sealed) : null;
  };

  /**
   * Stores a rotated refresh token before its access token is used. If that fails, the run fails, and the table has the
   * former token, which the provider still accepts for a while. A token that the user has set meanwhile is kept.
   */
  const storeRotated = async (rotated: string): Promise<void> => {
    const sealed = await envelope.seal(context, rotated, calendar.client_secret);
    if (await replaceRefreshToken(table, calendar.id, { former: refreshToken, sealed })) refreshToken = sealed;
  };

  const refresh = async (): Promise<string> => {
    const [clientSecret, plain] = await Promise.all([
      envelope.open(context, calendar.client_secret),
      envelope.open(context, refreshToken),
    ]);
    const granted = await provider.authorize({ clientId: calendar.client_id, clientSecret, refreshToken: plain });
    if (granted.refreshToken !== undefined) await storeRotated(granted.refreshToken);
    isRefreshed = true;
    // The data key of the client secret was just opened: KMS is not asked for one at every refresh.
    const sealed = await envelope.seal(context, granted.token, calendar.client_secret);
    stored = { sealed, source: sourceOf(refreshToken), expires_at: granted.expiresAt };
    await putAccessToken(table, calendar.id, stored);
    return granted.token;
  };

  const obtain = async (): Promise<string> => {
    token ??= (await readStored()) ?? (await refresh());
    return token;
  };

  return {
    obtain,
    use: async (call) => {
      try {
        return await call(await obtain());
      } catch (error) {
        // A token that was refreshed in this run is not accepted after another refresh either.
        if (!mayBeToken(error) || isRefreshed) throw error;
        token = await refresh();
        return call(token);
      }
    },
    wasRefreshed: () => isRefreshed,
    refreshToken: () => refreshToken,
  };
}
