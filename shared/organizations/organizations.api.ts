import { type ApiRequest, lastOf } from '../http/api-request.ts';
import { readChoice } from '../http/choice-parameter.ts';
import { readLimit } from '../http/limit-parameter.ts';
import { answerList } from '../http/list-answer.ts';
import { parseFields } from '../http/request-fields.ts';
import type { Operations } from '../http/routes.ts';
import { AppError, invalidFields } from '../platform/app-error.ts';
import { pageInMemory } from '../store/page-in-memory.ts';
import { createOrganization, type OrganizationDeps } from './create-organization.ts';
import { listFailedMailboxes } from './failed-mailbox-store.ts';
import { findChangeFaults, findFaults } from './find-organization-faults.ts';
import { showFailure, showOrganization } from './organization.api.ts';
import { mailboxFailureCodes } from './organization.ts';
import { createOrganizationFields, updateOrganizationFields } from './organization-fields.api.ts';
import type { organizationRoutes } from './organization-routes.api.ts';
import {
  type FollowedOrganization,
  findFollowedOrganization,
  findOrganizationByKey,
  listOrganizations,
  readFollowings,
} from './organization-store.ts';
import { removeOrganizationConnection, updateOrganization } from './update-organization.ts';

export interface OrganizationOperationsDeps extends OrganizationDeps {
  signingSecret: string;
}

/** The operations on organization connections (docs/use/organizations.md). */
export function createOrganizationOperations(deps: OrganizationOperationsDeps): Operations<typeof organizationRoutes> {
  const { table, signingSecret } = deps;
  const find = async ({ projectId, params }: ApiRequest): Promise<FollowedOrganization> => {
    const found = await findFollowedOrganization(table, projectId, params.id ?? '');
    if (!found) throw absent();
    return found;
  };

  return {
    createOrganizationConnection: async (request) => {
      const fields = parseFields(createOrganizationFields, request.body());
      refuse(findFaults(fields));
      const created = await createOrganization(deps, request.projectId, fields);
      if (created) return { status: 201, body: showOrganization(created) };
      const existingId = await findOrganizationByKey(table, request.projectId, fields.deduplication_key ?? '');
      throw invalidFields({ deduplication_key: [keyTaken] }, existingId === null ? {} : { existingId });
    },
    listOrganizationConnections: async (request) => {
      const key = lastOf(request.query, 'deduplication_key') ?? null;
      const limit = readLimit(request.query, usualPage);
      return answerList(
        request,
        { secret: signingSecret, query: JSON.stringify(['organization_connections', key]) },
        async (cursor) => {
          const all = await listOrganizations(table, request.projectId);
          const wanted = all.filter(({ deduplication_key }) => key === null || deduplication_key === key);
          const page = pageInMemory(wanted, cursor, limit);
          const followings = await readFollowings(
            table,
            page.rows.map(({ id }) => id),
          );
          const rows = page.rows.flatMap((organization) => {
            const following = followings.get(organization.id);
            return following ? [{ organization, following }] : [];
          });
          return { ...page, rows };
        },
        showOrganization,
      );
    },
    getOrganizationConnection: async (request) => ({ status: 200, body: showOrganization(await find(request)) }),
    updateOrganizationConnection: async (request) => {
      const found = await find(request);
      const changes = parseFields(updateOrganizationFields, request.body());
      refuse(findChangeFaults(found.organization, changes));
      if (found.organization.intent === 'remove') throw new AppError('refused', 'This connection is being removed.');
      const updated = await updateOrganization(deps, found, changes);
      if (!updated) throw absent();
      return { status: 200, body: showOrganization(updated) };
    },
    deleteOrganizationConnection: async (request) => {
      await removeOrganizationConnection(deps, await find(request));
      return { status: 200 };
    },
    listOrganizationConnectionFailures: async (request) => {
      const { id } = (await find(request)).organization;
      const code = readChoice(request.query, 'code', mailboxFailureCodes);
      const limit = readLimit(request.query, usualPage);
      return answerList(
        request,
        { secret: signingSecret, query: JSON.stringify(['organization_failures', id, code]) },
        (cursor) => listFailedMailboxes(table, id, { code, cursor, limit }),
        showFailure,
      );
    },
  };
}

/** Connections in a page. */
const usualPage = 25;

const keyTaken = 'An organization connection with this deduplication key already exists in this project.';
const absent = (): AppError => new AppError('not_found', 'Organization connection not found');

/** @throws AppError `invalid_fields` */
function refuse(faults: Record<string, string[]>): void {
  if (Object.keys(faults).length > 0) throw invalidFields(faults);
}
