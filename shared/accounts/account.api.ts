import * as z from 'zod';
import { longestSecret } from '../calendars/calendar.api.ts';
import { platforms } from '../calendars/calendar.ts';
import { optionalField, textField } from '../http/request-fields.ts';
import { idOut, timeOut } from '../http/response-fields.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import type { Account } from './account.ts';
import { selectionOut } from './selection.api.ts';
import { type Selection, selectionErrorCodes } from './selection.ts';

export const updateAccountFields = z.object({
  refresh_token: optionalField(textField(longestSecret)),
  client_secret: optionalField(textField(longestSecret)),
});

/** Why the selection of an account is not applied. */
export const selectionErrorOut = z.object({
  // A later version may add words.
  code: z.string().meta({ 'x-extensible-enum': selectionErrorCodes }),
  message: z.string(),
  since: timeOut(),
});

/** An account in answers (docs/api-compatibility.md#accounts). */
export const accountOut = z.object({
  id: idOut('acct'),
  platform: z.enum(platforms),
  client_id: z.string(),
  account_email: z.string().nullable(),
  provider_account_id: z.string().nullable(),
  oauth_app_id: idOut('oapp').nullable(),
  organization_id: idOut('orgc').nullable(),
  calendar_count: z.int(),
  selection: selectionOut.nullable(),
  selection_applied_at: timeOut().nullable(),
  selection_error: selectionErrorOut.nullable(),
  created_at: timeOut(),
  updated_at: timeOut(),
});

/** The schema drops undeclared fields, so no secret is shown. @param selection null: none was chosen */
export const showAccount = (account: Account, selection: Selection | null): z.output<typeof accountOut> =>
  accountOut.parse({
    ...account,
    selection: selection?.choice ?? null,
    selection_applied_at: selection?.applied_at ? formatTimestamp(selection.applied_at) : null,
    selection_error: selection?.error ? { ...selection.error, since: formatTimestamp(selection.error.since) } : null,
    oauth_app_id: account.grant.kind === 'oauth_app' ? account.grant.oauth_app_id : null,
    organization_id: account.grant.kind === 'organization' ? account.grant.organization_id : null,
    created_at: formatTimestamp(account.created_at),
    updated_at: formatTimestamp(account.updated_at),
  });
