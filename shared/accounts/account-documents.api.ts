import type * as z from 'zod';
import { answerObject, type Component, listObject, requestObject } from '../http/component.ts';
import { cursor, type Documents, limitParameter } from '../http/operation-document.ts';
import { listOut } from '../http/response-fields.ts';
import { accountOut, updateAccountFields } from './account.api.ts';
import type { accountRoutes } from './account-routes.api.ts';

const accountListOut = listOut(accountOut);

const accountExample: z.output<typeof accountOut> = {
  id: 'acct_pGz6vKq0R1sT2uV3',
  platform: 'google',
  client_id: '407408718192.apps.googleusercontent.com',
  account_email: 'ada@example.com',
  calendar_count: 2,
  created_at: '2026-11-20T08:00:00.123456Z',
  updated_at: '2026-11-20T08:00:00.123456Z',
};

export const accountDocuments: Documents<typeof accountRoutes> = {
  listAccounts: {
    summary: 'List accounts',
    description: 'The newest come first, 25 a page.',
    tag: 'Accounts',
    query: { cursor, limit: limitParameter(25) },
    answer: {
      status: 200,
      description: 'A page of accounts',
      schema: accountListOut,
      example: { next: null, previous: null, results: [accountExample] },
    },
    errors: ['InvalidCursor'],
  },
  getAccount: {
    summary: 'Read an account',
    description: 'Without its credentials.',
    tag: 'Accounts',
    answer: { status: 200, description: 'The account', schema: accountOut, example: accountExample },
    errors: ['NotFound', 'Unreadable'],
  },
  updateAccount: {
    summary: 'Renew the credentials of an account',
    description:
      'All calendars of the account are synced with them at once. Disconnected ones are connected again when a sync succeeds.',
    tag: 'Accounts',
    request: { schema: updateAccountFields, example: { refresh_token: '1//the-new-refresh-token' } },
    answer: { status: 200, description: 'The account', schema: accountOut, example: accountExample },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  deleteAccount: {
    summary: 'Delete an account',
    description: 'Its calendars are deleted with it, as `DELETE /calendars/{id}` does.',
    tag: 'Accounts',
    answer: { status: 200, description: 'Deleted; the body is empty', schema: null },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
};

export const accountComponents: readonly Component[] = [
  answerObject('Account', accountOut, 'One consent of a user, whose calendars share its credentials.', {
    id: 'Id of the account',
    platform: 'The provider',
    client_id: 'Id of the OAuth client that the consent was given to',
    account_email: 'Address of the user; null until the first sync, and where the provider does not name it',
    calendar_count: 'How many calendars the account has, deleted ones included until they are purged',
    created_at: 'Time of creation, UTC',
    updated_at: 'Time of the last change of the credentials, UTC',
  }),
  listObject('AccountList', accountListOut, 'A page of accounts.'),
  requestObject('UpdateAccount', updateAccountFields, 'New credentials of an account; absent fields stay.', {
    refresh_token: 'Refresh token of the same user, for the scopes of calendars; it is in no answer',
    client_secret: 'Secret of the OAuth client; it is in no answer',
  }),
];
