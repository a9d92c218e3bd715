import { findOAuthApp, noteAppAccepted, noteAppRefused } from '../oauth-apps/oauth-app-store.ts';
import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
import type { Sealed } from '../platform/sealed.ts';
import type { AccessToken, CalendarProvider } from '../providers/calendar-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import type { Providers } from '../providers/providers.ts';
import type { Table } from '../store/table.ts';
import type { Account, Grant, SealedAccess } from './account.ts';
import { credentialsContext } from './credentials-context.ts';

export interface AccountTokenDeps {
  table: Table;
  envelope: Envelope;
  clock: Clock;
  providers: Record<keyof Providers, Pick<CalendarProvider, 'authorize' | 'authorizeOrganization'>>;
}

/** What a refresh grants, sealed. The grant is the same object where the provider has not rotated its refresh token. */
interface Granted {
  grant: Grant;
  access: Omit<SealedAccess, 'grant'>;
}

/** A fresh access token for an account, and its grant as it is now. @throws ProviderError */
export async function authorizeAccount(
  deps: AccountTokenDeps,
  account: Account,
  former?: Pick<SealedAccess, 'sealed'>,
): Promise<Granted> {
  const { grant } = account;
  switch (grant.kind) {
    case 'client':
      return authorizeByClient(deps, account, grant);
    case 'oauth_app':
      return authorizeByApp(deps, account, grant);
    case 'organization':
      return (await import('./authorize-by-organization.ts')).authorizeByOrganization(deps, account, grant, former);
  }
}

async function authorizeByClient(
  { envelope, providers }: AccountTokenDeps,
  account: Account,
  grant: Extract<Grant, { kind: 'client' }>,
): Promise<Granted> {
  const context = credentialsContext(account);
  const [clientSecret, refreshToken] = await Promise.all([
    envelope.open(context, grant.client_secret),
    envelope.open(context, grant.refresh_token),
  ]);
  const granted = await providers[account.platform].authorize({
    clientId: account.client_id,
    clientSecret,
    refreshToken,
  });
  return sealGranted(envelope, account, grant, granted);
}

/**
 * The app may have two secrets while one is rotated: the newest is tried first, and the former one where the provider
 * refuses the client. An app whose secrets are all refused says so (`refused_since`), until one is accepted.
 */
async function authorizeByApp(
  { table, envelope, clock, providers }: AccountTokenDeps,
  account: Account,
  grant: Extract<Grant, { kind: 'oauth_app' }>,
): Promise<Granted> {
  const { project_id: project, platform } = account;
  const app = await findOAuthApp(table, project, grant.oauth_app_id);
  // An app that accounts use cannot be deleted.
  if (!app) throw new Error(`OAuth app ${grant.oauth_app_id} is absent`);
  const refreshToken = await envelope.open(credentialsContext(account), grant.refresh_token);
  let refusal: ProviderError | undefined;
  for (const sealed of app.client_secrets) {
    const clientSecret = await envelope.open(credentialsContext(app), sealed);
    try {
      const credentials = { clientId: app.client_id, clientSecret, refreshToken, tenant: app.tenant };
      const granted = await providers[platform].authorize(credentials);
      if (app.refused_since !== null) await noteAppAccepted(table, app);
      return await sealGranted(envelope, account, grant, granted);
    } catch (error) {
      if (!isClientRefused(error)) throw error;
      refusal ??= error;
    }
  }
  if (app.refused_since === null) await noteAppRefused(table, app, clock.stamp());
  throw refusal ?? new Error(`OAuth app ${app.id} has no secret`);
}

const isClientRefused = (error: unknown): error is ProviderError =>
  error instanceof ProviderError && error.verdict.kind === 'operator' && error.verdict.error === 'client_refused';

/** Seals what was granted with the data key of the refresh token, which was just opened: KMS is not asked for another. */
async function sealGranted(
  envelope: Envelope,
  account: Account,
  grant: Extract<Grant, { refresh_token: Sealed }>,
  granted: AccessToken,
): Promise<Granted> {
  const seal = (text: string): Promise<Sealed> => envelope.seal(credentialsContext(account), text, grant.refresh_token);
  const { refreshToken: rotated } = granted;
  return {
    grant: rotated === undefined ? grant : { ...grant, refresh_token: await seal(rotated) },
    access: { sealed: await seal(granted.token), expires_at: granted.expiresAt },
  };
}
