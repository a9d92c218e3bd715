import { setTimeout as pause } from 'node:timers/promises';
import { asOrganizationFailure } from '../organizations/assess-refusal.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { accountTimingMs, syncTimingMs } from '../platform/timing.ts';
import { ProviderError } from '../providers/provider-error.ts';
import type { Account, SealedAccess } from './account.ts';
import { acquireRefresh, loadAccount, releaseRefresh, saveGranted } from './account-store.ts';
import { type AccountTokenDeps, authorizeAccount } from './authorize-account.ts';
import { credentialsContext } from './credentials-context.ts';

/** The access token of an account, as a calendar keeps a copy of it: a usual sync need not read the account. */
export interface AccessCopy extends SealedAccess {
  /** Version of the grant that it belongs to. */
  grant: number;
}

interface AccountAccess {
  account: Pick<Account, 'id' | 'project_id'>;
  /** Undefined: the account is asked. */
  stored?: AccessCopy | undefined;
  /** Called with each token that is not the stored one. */
  keep?: (access: AccessCopy) => Promise<void>;
}

/** The access token of one piece of work. */
export interface AccountTokens {
  /** The stored token, the account's, or a fresh one. @throws ProviderError */
  obtain(): Promise<string>;
  /**
   * Calls the provider with the token. If the provider refuses the token, the call is made again with another one: with
   * that of the account, if another worker has refreshed it meanwhile, or with a fresh one, once.
   *
   * @throws ProviderError
   */
  use<Result>(call: (accessToken: string) => Promise<Result>): Promise<Result>;
  /** Was a fresh token granted? */
  wasRefreshed(): boolean;
  /** Version of the grant that was used last; null before the first use. */
  grantVersion(): number | null;
}

/**
 * Tokens of an account. Its calendars share one access token: one worker at a time refreshes it, and the others wait for the
 * result. A rotated refresh token is stored in the same write as the access token, before that is used. A worker that
 * crashes between the provider's answer and that write leaves the former refresh token, which providers accept for a while.
 */
export function createAccountTokens(
  deps: AccountTokenDeps,
  { account: name, stored, keep }: AccountAccess,
): AccountTokens {
  const { envelope, clock } = deps;
  const context = credentialsContext(name);
  let access = stored;
  let token: string | null = null;
  let grant = stored?.grant ?? null;
  let isRefreshed = false;

  const take = async (found: AccessCopy): Promise<string> => {
    access = found;
    grant = found.grant;
    token = await envelope.open(context, found.sealed);
    return token;
  };

  /** A token other than the refused one: the account's, or a fresh one. */
  const replace = async (refused: AccessCopy | undefined): Promise<string> => {
    const found = await obtainAccess(deps, name, refused, (version) => {
      grant = version;
    });
    isRefreshed ||= found.isFresh;
    const replaced = await take(found.access);
    await keep?.(found.access);
    return replaced;
  };

  const obtain = async (): Promise<string> => {
    if (token !== null) return token;
    return access && isUsable(access, clock.now()) ? take(access) : replace(undefined);
  };

  return {
    obtain,
    use: async (call) => {
      let accessToken = await obtain();
      for (;;) {
        try {
          return await call(accessToken);
        } catch (error) {
          // A token that was refreshed for this work is not accepted after another refresh either.
          if (!mayBeToken(error) || isRefreshed) throw await meantFailure(deps, name, error);
          accessToken = await replace(access);
        }
      }
    },
    wasRefreshed: () => isRefreshed,
    grantVersion: () => grant,
  };
}

/** A missing permission of an organization is not a loss of the calendar. The account is read for such a failure only. */
async function meantFailure(
  { table }: AccountTokenDeps,
  { id }: Pick<Account, 'id'>,
  error: unknown,
): Promise<unknown> {
  const meant = asOrganizationFailure(error);
  if (meant === error) return error;
  return (await loadAccount(table, id))?.grant.kind === 'organization' ? meant : error;
}

const mayBeToken = (error: unknown): boolean =>
  error instanceof ProviderError &&
  (error.verdict.kind === 'unauthorized' || (error.verdict.kind === 'retry' && error.verdict.isTokenDoubtful === true));

const isUsable = ({ expires_at }: SealedAccess, now: number): boolean =>
  expires_at > timestampOf(now + syncTimingMs.accessTokenMargin);

/** The account's access token, if it is not the refused one, or else a fresh one. */
async function obtainAccess(
  deps: AccountTokenDeps,
  { id }: Pick<Account, 'id'>,
  refused: AccessCopy | undefined,
  noteGrant: (version: number) => void,
): Promise<{ access: AccessCopy; isFresh: boolean }> {
  for (let look = 0; look < accountTimingMs.refreshLooks; look += 1) {
    const account = await loadAccount(deps.table, id);
    if (!account) throw new Error(`account ${id} is absent`);
    const { access, grant_version: version } = account;
    noteGrant(version);
    const isOther = access && (access.sealed !== refused?.sealed || version !== refused.grant);
    if (isOther && isUsable(access, deps.clock.now())) return { access: { ...access, grant: version }, isFresh: false };
    const fresh = await refreshAlone(deps, account);
    if (fresh) return { access: fresh, isFresh: true };
    await pause(accountTimingMs.refreshLook);
  }
  throw new ProviderError(
    { kind: 'retry', error: 'provider_slow' },
    'refresh_under_way',
    'another worker has been refreshing the access token of the account for some seconds',
  );
}

/** Refreshes the access token. @returns null when another worker does, or the account has another grant meanwhile */
async function refreshAlone(deps: AccountTokenDeps, account: Account): Promise<AccessCopy | null> {
  const { table, clock } = deps;
  const now = Math.floor(clock.now());
  const until = timestampOf(now + accountTimingMs.refreshLease);
  if (!(await acquireRefresh(table, account, { until, now: timestampOf(now) }))) return null;
  try {
    const granted = await authorizeAccount(deps, account);
    const isSaved = await saveGranted(table, account, { ...granted, until });
    return isSaved ? { ...granted.access, grant: account.grant_version } : null;
  } catch (error) {
    await releaseRefresh(table, account.id, until);
    throw error;
  }
}
