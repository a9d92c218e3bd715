import { freeCalendarPlace } from '../calendars/calendar-count-store.ts';
import { readCalendars } from '../calendars/calendar-look-up-store.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { readLimit } from '../http/limit-parameter.ts';
import { answerList } from '../http/list-answer.ts';
import { parseFields } from '../http/request-fields.ts';
import type { Operations } from '../http/routes.ts';
import { AppError } from '../platform/app-error.ts';
import type { CalendarList } from '../providers/calendar-provider.ts';
import { showAccount, updateAccountFields } from './account.api.ts';
import type { Account } from './account.ts';
import type { accountRoutes } from './account-routes.api.ts';
import { findAccount, listAccountCalendars, listAccounts } from './account-store.ts';
import type { SelectionDeps } from './apply-selection.ts';
import { changeGrant } from './change-grant.ts';
import { deleteAccount } from './delete-account.ts';
import type { OpenSelection } from './open-selection.ts';
import { selectCalendarsFields, showProviderCalendars } from './selection.api.ts';
import { loadSelection, readSelections } from './selection-store.ts';

/** Accounts in a page. */
const usualPage = 25;

/** Accounts (docs/api-compatibility.md#accounts). */
export function createAccountOperations(
  deps: Omit<SelectionDeps, 'providers'> & {
    signingSecret: string;
    openSelection(deps: Omit<SelectionDeps, 'providers'>): Promise<OpenSelection>;
  },
): Operations<typeof accountRoutes> {
  const find = async ({ projectId, params }: ApiRequest): Promise<Account> => {
    const account = await findAccount(deps.table, projectId, params.id ?? '');
    if (!account) throw absent();
    return account;
  };
  const show = async (account: Account) => ({
    status: 200,
    body: showAccount(account, await loadSelection(deps.table, account.id)),
  });
  const showList = async ({ id, project_id: project }: Account, list: CalendarList) => {
    const connected = await readCalendars(deps.table, project, await listAccountCalendars(deps.table, id));
    return showProviderCalendars(list, [...connected.values()]);
  };
  return {
    listAccountCalendars: async (request) => {
      const account = await find(request);
      const calendars = await deps.openSelection(deps);
      const results = await showList(account, await calendars.list(account));
      return { status: 200, body: { next: null, previous: null, results } };
    },
    selectAccountCalendars: async (request) => {
      const account = await find(request);
      const { selection } = parseFields(selectCalendarsFields, request.body());
      const calendars = await deps.openSelection(deps);
      const list = await calendars.list(account);
      await calendars.choose(account, selection, list);
      return { status: 200, body: { selection, results: await showList(account, list) } };
    },
    listAccounts: async (request) => {
      const limit = readLimit(request.query, usualPage);
      return answerList(
        request,
        { secret: deps.signingSecret, query: JSON.stringify(['accounts']) },
        async (cursor) => {
          const page = await listAccounts(deps.table, request.projectId, cursor, limit);
          const selections = await readSelections(
            deps.table,
            page.rows.map(({ id }) => id),
          );
          return { ...page, rows: page.rows.map((account) => ({ account, selection: selections.get(account.id) })) };
        },
        ({ account, selection }) => showAccount(account, selection ?? null),
      );
    },
    getAccount: async (request) => show(await find(request)),
    updateAccount: async (request) => {
      const account = await find(request);
      const changed = await changeGrant(deps, account.id, parseFields(updateAccountFields, request.body()));
      if (!changed) throw absent();
      return show(changed);
    },
    deleteAccount: async (request) => {
      const account = await find(request);
      await deleteAccount(deps, account, () => freeCalendarPlace(deps.table, request.projectId));
      return { status: 200 };
    },
  };
}

const absent = (): AppError => new AppError('not_found', 'Account not found');
