import type * as z from 'zod';
import { answerObject, type Component, choiceList, listObject, requestObject } from '../http/component.ts';
import { cursor, type Documents, limitParameter } from '../http/operation-document.ts';
import { listOut } from '../http/response-fields.ts';
import { accessRoles } from '../providers/calendar-provider.ts';
import { accountOut, selectionErrorOut, updateAccountFields } from './account.api.ts';
import type { accountRoutes } from './account-routes.api.ts';
import {
  chosenCalendarsOut,
  providerCalendarListOut,
  providerCalendarOut,
  selectCalendarsFields,
  selectedCalendarsOut,
  selectionOut,
  selectionWords,
} from './selection.api.ts';

const accountListOut = listOut(accountOut);

const accountExample: z.output<typeof accountOut> = {
  id: 'acct_pGz6vKq0R1sT2uV3',
  platform: 'google',
  client_id: '407408718192.apps.googleusercontent.com',
  account_email: 'ada@example.com',
  provider_account_id: null,
  oauth_app_id: null,
  organization_id: null,
  calendar_count: 2,
  selection: 'all',
  selection_applied_at: '2026-11-20T08:00:01.123456Z',
  selection_error: null,
  created_at: '2026-11-20T08:00:00.123456Z',
  updated_at: '2026-11-20T08:00:00.123456Z',
};

const providerCalendarExample: z.output<typeof providerCalendarOut> = {
  platform_uuid: 'ada@example.com',
  name: 'Ada',
  is_primary: true,
  access_role: 'owner',
  time_zone: 'Europe/Vienna',
  connected_as: 'cal_k3mN9pQrS1tUvW5x',
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
  listAccountCalendars: {
    summary: 'List the calendars of an account',
    description: 'As the provider lists them now, with the calendar that each is connected as.',
    tag: 'Accounts',
    answer: {
      status: 200,
      description: 'All calendars of the account, on one page',
      schema: providerCalendarListOut,
      example: { next: null, previous: null, results: [providerCalendarExample] },
    },
    errors: ['InvalidQuery', 'NotFound', 'Unreadable'],
  },
  selectAccountCalendars: {
    summary: 'Choose the calendars of an account',
    description:
      'Connects those that are chosen and disconnects all others, as `DELETE /calendars/{id}` does. `all` also follows calendars that are added, renamed or removed later. The request may be repeated.',
    tag: 'Accounts',
    request: {
      schema: selectCalendarsFields,
      example: { selection: ['ada@example.com', 'team@group.calendar.google.com'] },
    },
    answer: {
      status: 200,
      description: 'The choice, and the calendars of the account',
      schema: selectedCalendarsOut,
      example: { selection: 'primary', results: [providerCalendarExample] },
    },
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
    provider_account_id:
      'Id of the user at the provider; null where the account was not connected by a page. Google: `sub`; Microsoft: `<tid>.<oid>`',
    oauth_app_id: 'The OAuth app that the consent was given to; null where the client was posted with the calendar',
    organization_id: 'The organization connection that the account came by; null for the consent of a user',
    calendar_count: 'How many calendars the account has, deleted ones included until they are purged',
    selection:
      'Which calendars were chosen last; null: none were, and the calendars were connected one by one, or by a page',
    selection_applied_at: 'When the selection was last applied as a whole, UTC; null: not yet',
    selection_error: 'Why the last try to apply the selection has failed; null: it has not. It is tried again',
    created_at: 'Time of creation, UTC',
    updated_at: 'Time of the last change of the credentials, UTC',
  }),
  answerObject('SelectionError', selectionErrorOut, 'Why a selection is not applied, or not as a whole.', {
    code: 'What has failed. `unexpected`: an error of this service',
    message: 'The same in words, and where the provider refused, in its own',
    since: 'Since when each try has come to this, UTC',
  }),
  answerObject('AccountCalendar', providerCalendarOut, 'A calendar in the list of an account at its provider.', {
    platform_uuid: 'Id of the calendar at the provider',
    name: 'Its name in the list; null where the list has none',
    is_primary: 'Is it the primary calendar of the account',
    access_role: 'What the account may do with it',
    time_zone: 'IANA time zone; null where the provider names none, as Microsoft',
    connected_as: 'Id of the calendar that it is connected as; null: it is not',
  }),
  choiceList('SelectionWord', selectionWords, 'Which calendars of an account are connected, without their ids.'),
  { name: 'ChosenCalendars', schema: chosenCalendarsOut, description: 'Ids of calendars at the provider.' },
  { name: 'CalendarSelection', schema: selectionOut, description: '`primary`, `all`, or a list of `platform_uuid`.' },
  choiceList(
    'AccessRole',
    accessRoles,
    'What an account may do with a calendar. `free_busy`: it sees only when there are events.',
  ),
  listObject('AccountCalendarList', providerCalendarListOut, 'The calendars of an account.'),
  requestObject('SelectCalendars', selectCalendarsFields, 'Which calendars of an account are connected.', {
    selection: '`primary`, `all`, or a list of `platform_uuid`',
  }),
  answerObject('SelectedCalendars', selectedCalendarsOut, 'The chosen calendars of an account.', {
    selection: '`primary`, `all`, or a list of `platform_uuid`',
    results: 'All calendars of the account, and what each is connected as',
  }),
  listObject('AccountList', accountListOut, 'A page of accounts.'),
  requestObject('UpdateAccount', updateAccountFields, 'New credentials of an account; absent fields stay.', {
    refresh_token: 'Refresh token of the same user, for the scopes of calendars; it is in no answer',
    client_secret: 'Secret of the OAuth client; it is in no answer',
  }),
];
