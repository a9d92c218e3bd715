import { credentialsContext } from '../accounts/credentials-context.ts';
import type { Platform } from '../calendars/calendar.ts';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
import { type ProjectId, randomId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';
import { type OAuthApp, secretMark } from './oauth-app.ts';
import { insertOAuthApp, listOAuthApps } from './oauth-app-store.ts';

export interface OAuthAppDeps {
  table: Table;
  envelope: Pick<Envelope, 'seal'>;
  clock: Clock;
}

export interface NewOAuthApp {
  platform: Platform;
  client_id: string;
  client_secret: string;
  tenant?: string | undefined;
  secret_expires_at?: Timestamp | null | undefined;
}

/** Apps of a project. One per tenant of a customer is the most that is usual. */
const mostApps = 500;

/** @throws AppError 400 when the project has as many apps as it may. Requests at the same instant may exceed it by a few */
export async function createOAuthApp(
  { table, envelope, clock }: OAuthAppDeps,
  projectId: ProjectId,
  { client_secret, ...fields }: NewOAuthApp,
): Promise<OAuthApp> {
  if ((await listOAuthApps(table, projectId)).length >= mostApps) {
    throw new AppError('refused', `A project has at most ${mostApps} OAuth apps.`);
  }
  const id = randomId('oapp');
  const now = clock.stamp();
  const app: OAuthApp = {
    id,
    project_id: projectId,
    platform: fields.platform,
    client_id: fields.client_id,
    tenant: fields.tenant ?? null,
    client_secrets: [await envelope.seal(credentialsContext({ id, project_id: projectId }), client_secret)],
    secret_marks: [secretMark(id, client_secret)],
    secret_expires_at: fields.secret_expires_at ?? null,
    refused_since: null,
    created_at: now,
    updated_at: now,
  };
  await insertOAuthApp(table, app);
  return app;
}
