import { parseFields } from '../http/request-fields.ts';
import type { Operations } from '../http/routes.ts';
import { AppError } from '../platform/app-error.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import type { connectRoutes } from './connect-routes.api.ts';
import { createConnectSessionFields, showConnectSession } from './connect-session.api.ts';
import { findConnectSession } from './connect-session-store.ts';
import { showConnectSettings, updateConnectSettingsFields } from './connect-settings.api.ts';
import { changeConnectSettings, readConnectSettings } from './connect-settings-store.ts';
import { type ConnectSessionDeps, createConnectSession } from './create-connect-session.ts';
import { readStatus } from './session-status.ts';

/** Fields that are given: absent ones stay. */
const given = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };

/** Settings and sessions of the hosted connect page (docs/use/connect.md). */
export function createConnectOperations(deps: ConnectSessionDeps): Operations<typeof connectRoutes> {
  const { table, clock } = deps;
  return {
    getConnectSettings: async ({ projectId }) => ({
      status: 200,
      body: showConnectSettings(await readConnectSettings(table, projectId)),
    }),
    updateConnectSettings: async (request) => {
      const { projectId } = request;
      const changes = parseFields(updateConnectSettingsFields, request.body());
      const settings = await changeConnectSettings(table, projectId, async (before) => ({
        ...before,
        ...given(changes),
      }));
      return { status: 200, body: showConnectSettings(settings) };
    },
    createConnectSession: async (request) => {
      const fields = parseFields(createConnectSessionFields, request.body());
      const { session, url } = await createConnectSession(deps, request.projectId, fields);
      return { status: 201, body: { id: session.id, url, expires_at: formatTimestamp(session.ends_at) } };
    },
    getConnectSession: async ({ projectId, params }) => {
      const session = await findConnectSession(table, projectId, params.id ?? '');
      if (!session) throw new AppError('not_found', 'Connect session not found');
      return { status: 200, body: showConnectSession(session, await readStatus(table, session, clock.now())) };
    },
  };
}
