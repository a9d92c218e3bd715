import { credentialsContext } from '../accounts/credentials-context.ts';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { OAuthAppDeps } from './create-oauth-app.ts';
import { addSecret, type OAuthApp, retireFormer, secretMark } from './oauth-app.ts';
import { findOAuthApp, replaceOAuthApp } from './oauth-app-store.ts';

export interface OAuthAppChanges {
  /** Becomes the newest secret; the one in use stays as the former one. */
  client_secret?: string | undefined;
  /** Ends the former secret. */
  retire_former?: boolean | undefined;
  tenant?: string | undefined;
  secret_expires_at?: Timestamp | null | undefined;
}

/**
 * Changes an app, for all its accounts at once.
 *
 * @param app as it was read
 * @returns null when it was deleted since then
 * @throws AppError 409 when other writers overtake it again and again
 */
export async function updateOAuthApp(
  { table, envelope, clock }: OAuthAppDeps,
  app: OAuthApp,
  { client_secret, retire_former, tenant, secret_expires_at }: OAuthAppChanges,
): Promise<OAuthApp | null> {
  const added =
    client_secret === undefined
      ? null
      : {
          sealed: await envelope.seal(credentialsContext(app), client_secret),
          mark: secretMark(app.id, client_secret),
        };
  return retryLostRace(async (number) => {
    const current = number === 1 ? app : await findOAuthApp(table, app.project_id, app.id);
    if (!current) return null;
    const isNew = added !== null && current.secret_marks[0] !== added.mark;
    const secrets = isNew ? addSecret(current, added.sealed, added.mark) : current;
    const next: OAuthApp = {
      ...current,
      ...secrets,
      ...(retire_former && retireFormer(secrets)),
      // Whether the provider accepts a new secret is not known yet; the expiry was that of the former one.
      ...(isNew && { refused_since: null, secret_expires_at: null }),
      ...(secret_expires_at !== undefined && { secret_expires_at }),
      ...(tenant !== undefined && { tenant }),
      updated_at: clock.stamp(),
    };
    return (await replaceOAuthApp(table, next, current.updated_at)) ? next : lostRace;
  });
}
