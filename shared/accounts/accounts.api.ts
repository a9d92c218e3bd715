import { freeCalendarPlace } from '../calendars/calendar-count-store.ts';
import type { CalendarDeps } from '../calendars/calendar-deps.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { readLimit } from '../http/limit-parameter.ts';
import { answerList } from '../http/list-answer.ts';
import { parseFields } from '../http/request-fields.ts';
import type { Operations } from '../http/routes.ts';
import { AppError } from '../platform/app-error.ts';
import { showAccount, updateAccountFields } from './account.api.ts';
import type { Account } from './account.ts';
import type { accountRoutes } from './account-routes.api.ts';
import { findAccount, listAccounts } from './account-store.ts';
import { changeGrant } from './change-grant.ts';
import { deleteAccount } from './delete-account.ts';

/** Accounts in a page. */
const usualPage = 25;

/** Accounts (docs/api-compatibility.md#accounts). */
export function createAccountOperations(
  deps: CalendarDeps & { signingSecret: string },
): Operations<typeof accountRoutes> {
  const find = async ({ projectId, params }: ApiRequest): Promise<Account> => {
    const account = await findAccount(deps.table, projectId, params.id ?? '');
    if (!account) throw absent();
    return account;
  };
  return {
    listAccounts: async (request) => {
      const limit = readLimit(request.query, usualPage);
      return answerList(
        request,
        { secret: deps.signingSecret, query: JSON.stringify(['accounts']) },
        (cursor) => listAccounts(deps.table, request.projectId, cursor, limit),
        showAccount,
      );
    },
    getAccount: async (request) => ({ status: 200, body: showAccount(await find(request)) }),
    updateAccount: async (request) => {
      const account = await find(request);
      const changed = await changeGrant(deps, account.id, parseFields(updateAccountFields, request.body()));
      if (!changed) throw absent();
      return { status: 200, body: showAccount(changed) };
    },
    deleteAccount: async (request) => {
      const account = await find(request);
      await deleteAccount(deps, account, () => freeCalendarPlace(deps.table, request.projectId));
      return { status: 200 };
    },
  };
}

const absent = (): AppError => new AppError('not_found', 'Account not found');
