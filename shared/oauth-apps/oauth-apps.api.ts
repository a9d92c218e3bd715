import type { ApiRequest } from '../http/api-request.ts';
import { readLimit } from '../http/limit-parameter.ts';
import { answerList } from '../http/list-answer.ts';
import { parseFields } from '../http/request-fields.ts';
import type { Operations } from '../http/routes.ts';
import { AppError, invalidFields } from '../platform/app-error.ts';
import { pageInMemory } from '../store/page-in-memory.ts';
import { createOAuthApp, type OAuthAppDeps } from './create-oauth-app.ts';
import { createOAuthAppFields, showOAuthApp, updateOAuthAppFields } from './oauth-app.api.ts';
import type { OAuthApp } from './oauth-app.ts';
import type { oauthAppRoutes } from './oauth-app-routes.api.ts';
import { deleteOAuthApp, findOAuthApp, listOAuthApps } from './oauth-app-store.ts';
import { updateOAuthApp } from './update-oauth-app.ts';

export interface OAuthAppOperationsDeps extends OAuthAppDeps {
  signingSecret: string;
}

/** The operations on OAuth apps (docs/use/connect.md). */
export function createOAuthAppOperations(deps: OAuthAppOperationsDeps): Operations<typeof oauthAppRoutes> {
  const { table, signingSecret } = deps;
  const find = async ({ projectId, params }: ApiRequest): Promise<OAuthApp> => {
    const app = await findOAuthApp(table, projectId, params.id ?? '');
    if (!app) throw absent();
    return app;
  };

  return {
    createOauthApp: async (request) => {
      const fields = parseFields(createOAuthAppFields, request.body());
      requireTenantFits(fields);
      return { status: 201, body: showOAuthApp(await createOAuthApp(deps, request.projectId, fields)) };
    },
    listOauthApps: async (request) => {
      const limit = readLimit(request.query, Number.POSITIVE_INFINITY);
      return answerList(
        request,
        { secret: signingSecret, query: JSON.stringify(['oauth_apps']) },
        async (cursor) => pageInMemory(await listOAuthApps(table, request.projectId), cursor, limit),
        showOAuthApp,
      );
    },
    getOauthApp: async (request) => ({ status: 200, body: showOAuthApp(await find(request)) }),
    updateOauthApp: async (request) => {
      const app = await find(request);
      const changes = parseFields(updateOAuthAppFields, request.body());
      requireTenantFits({ ...changes, platform: app.platform });
      const updated = await updateOAuthApp(deps, app, changes);
      if (!updated) throw absent();
      return { status: 200, body: showOAuthApp(updated) };
    },
    deleteOauthApp: async (request) => {
      const outcome = await deleteOAuthApp(table, await find(request));
      if (outcome === 'absent') throw absent();
      if (outcome === 'in_use') throw new AppError('refused', 'Accounts use this OAuth app. Delete them first.');
      return { status: 200 };
    },
  };
}

function requireTenantFits({
  platform,
  tenant,
}: {
  platform: OAuthApp['platform'];
  tenant?: string | undefined;
}): void {
  if (platform === 'google' && tenant !== undefined) {
    throw invalidFields({ tenant: ['Only apps of Microsoft have a tenant.'] });
  }
}

const absent = (): AppError => new AppError('not_found', 'OAuth app not found');
