import { setTimeout as pause } from 'node:timers/promises';
import { asOrganizationFailure } from '../organizations/assess-refusal.ts';
import { accountTimingMs } from '../platform/account-timing.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { acquireRefresh, putAccess, readSharedAccess, releaseRefresh } from './access-store.ts';
import type { Account, SealedAccess } from './account.ts';
import { loadAccount, saveRotated } from './account-store.ts';
import { type AccountTokenDeps, authorizeAccount } from './authorize-account.ts';
import { credentialsContext } from './credentials-context.ts';

interface AccountAccess {
  account: Pick<Account, 'id' | 'project_id'>;
  /** Undefined: the account is asked. */
  stored?: SealedAccess | undefined;
  /** Called with each token that is not the stored one. */
  keep?: (access: SealedAccess) => Promise<void>;
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
 * result. A rotated refresh token is stored before the access token is used. A worker that crashes between the provider's
 * answer and that write leaves the former refresh token, which providers accept for a while.
 *
 * An account with one calendar has one worker: it takes no lease, and the calendar's copy is the only one.
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

  const take = async (found: SealedAccess): Promise<string> => {
    access = found;
    grant = found.grant;
    token = await envelope.open(context, found.sealed);
    return token;
  };

  /** A token other than the refused one: the account's, or a fresh one. */
  const replace = async (refused: SealedAccess | undefined): Promise<string> => {
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
  refused: SealedAccess | undefined,
  noteGrant: (version: number) => void,
): Promise<{ access: SealedAccess; isFresh: boolean }> {
  for (let look = 0; look < accountTimingMs.refreshLooks; look += 1) {
    const loaded = await load(deps, id, refused);
    noteGrant(loaded.account.grant_version);
    if (loaded.access) return { access: loaded.access, isFresh: false };
    // The calendar alone waits for the token, and has the only copy.
    const isShared = loaded.account.calendar_count > 1;
    const found = isShared ? await refreshAlone(deps, id, refused) : await refresh(deps, loaded.account, refused);
    if (found) return found;
    await pause(accountTimingMs.refreshLook);
  }
  throw new ProviderError(
    { kind: 'retry', error: 'provider_slow' },
    'refresh_under_way',
    'another worker has been refreshing the access token of the account for some seconds',
  );
}

/** The account, and the access token that its calendars share, if it may be used: it is not the refused one, and of this grant. */
async function load({ table, clock }: AccountTokenDeps, id: string, refused: SealedAccess | undefined) {
  const account = await loadAccount(table, id);
  if (!account) throw new Error(`account ${id} is absent`);
  const access = account.calendar_count > 1 ? await readSharedAccess(table, id) : undefined;
  const isOurs = access?.grant === account.grant_version && access.sealed !== refused?.sealed;
  return { account, access: access && isOurs && isUsable(access, clock.now()) ? access : undefined };
}

/** Refreshes the access token that calendars share. @returns null when another worker does, or was faster */
async function refreshAlone(
  deps: AccountTokenDeps,
  id: string,
  refused: SealedAccess | undefined,
): Promise<{ access: SealedAccess; isFresh: boolean } | null> {
  const { table, clock } = deps;
  const now = Math.floor(clock.now());
  const until = timestampOf(now + accountTimingMs.refreshLease);
  if (!(await acquireRefresh(table, id, { until, now: timestampOf(now) }))) return null;
  try {
    // Another worker may have ended its refresh since the account was read.
    const { account, access } = await load(deps, id, refused);
    if (access) return { access, isFresh: false };
    const fresh = await refresh(deps, account, refused);
    if (fresh) await putAccess(table, id, fresh.access);
    return fresh;
  } finally {
    await releaseRefresh(table, id, until);
  }
}

/** A fresh access token. A rotated refresh token is stored before it is used. @returns null when the grant is another one meanwhile */
async function refresh(
  deps: AccountTokenDeps,
  account: Account,
  refused: SealedAccess | undefined,
): Promise<{ access: SealedAccess; isFresh: boolean } | null> {
  const { grant, access } = await authorizeAccount(deps, account, refused);
  if (grant !== account.grant && !(await saveRotated(deps.table, account, grant))) return null;
  return { access: { ...access, grant: account.grant_version }, isFresh: true };
}
