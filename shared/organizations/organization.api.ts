import * as z from 'zod';
import { platforms } from '../calendars/calendar.ts';
import { metadataSchema } from '../http/metadata-field.ts';
import { idOut, listOut, timeOut } from '../http/response-fields.ts';
import { formatTimestamp, type Timestamp } from '../platform/timestamp.ts';
import { discoveryDueAt } from './discovery-due.ts';
import {
  type FailedMailbox,
  type MailboxFailureCode,
  mailboxFailureCodes,
  type OrganizationErrorCode,
  organizationErrorCodes,
  organizationStates,
  stateOf,
} from './organization.ts';
import type { FollowedOrganization } from './organization-store.ts';

export const organizationErrorOut = z.object({
  // A later version may add codes.
  code: z.string().meta({ 'x-extensible-enum': organizationErrorCodes }),
  provider_code: z.string(),
  message: z.string(),
  action: z.string(),
  since: timeOut(),
});

const count = () => z.int().min(0);
export const organizationProgressOut = z.object({
  discovered: count(),
  connected: count(),
  waiting: count(),
  failed: z.record(z.string(), count()),
});

export const googleOrganizationOut = z.object({
  client_email: z.string(),
  private_key_id: z.string(),
  admin_subject: z.string().nullable(),
});
export const microsoftOrganizationOut = z.object({ tenant: z.string(), client_id: z.string() });

/** A connection in answers. No answer has a key or secret. */
export const organizationOut = z.object({
  id: idOut('orgc'),
  platform: z.enum(platforms),
  state: z.enum(organizationStates),
  error: organizationErrorOut.nullable(),
  progress: organizationProgressOut,
  google: googleOrganizationOut.nullable(),
  microsoft: microsoftOrganizationOut.nullable(),
  group: z.string().nullable(),
  user_count: count().nullable(),
  mailboxes_per_minute: z.int().min(1),
  metadata: metadataSchema.nullable(),
  deduplication_key: z.string().nullable(),
  last_discovery_at: timeOut().nullable(),
  next_discovery_at: timeOut().nullable(),
  created_at: timeOut(),
  updated_at: timeOut(),
});
export const organizationListOut = listOut(organizationOut);

/** A user who could not be connected. */
export const organizationFailureOut = z.object({
  user_id: z.string(),
  email: z.string(),
  // A later version may add codes.
  code: z.string().meta({ 'x-extensible-enum': mailboxFailureCodes }),
  provider_code: z.string(),
  message: z.string(),
  action: z.string(),
  since: timeOut(),
  tries: count(),
  next_try_at: timeOut().nullable(),
});
export const organizationFailureListOut = listOut(organizationFailureOut);

/** How a person can get the mailbox connected. */
const mailboxActions: Record<MailboxFailureCode, string> = {
  account_disabled: 'Enable the user in the directory, if the calendar is wanted.',
  mailbox_unavailable: 'Give the user a mailbox: a licence of Exchange Online, or the Google Calendar service.',
  admin_blocked: 'Add the mailbox to the scope of the policy that keeps the app from it.',
  refused: 'Check the grant of the domain or mailbox at the provider. The message has its words.',
  already_connected: 'Delete the account that connects the user already, if the organization is to connect the user.',
  limit_reached: 'Ask for more calendars for the project, or delete some.',
};

export const showFailure = ({
  user_id,
  email,
  failure: { code, provider_code, message, since },
  tries,
  try_at,
}: FailedMailbox): z.output<typeof organizationFailureOut> => ({
  user_id,
  email,
  code,
  provider_code,
  message,
  action: mailboxActions[code],
  since: formatTimestamp(since),
  tries,
  next_try_at: try_at && formatTimestamp(try_at),
});

/** How a person can repair what is refused. */
const actions: Record<OrganizationErrorCode, string> = {
  key_refused: 'Create another key or client secret, and send it with PATCH.',
  delegation_missing:
    'Delegate the scopes to the client id of the service account, in the Google Admin console under API controls, Domain-wide delegation.',
  consent_missing:
    'Grant admin consent to the application permissions of the app, in the Microsoft Entra admin center.',
  directory_refused: 'Name an admin_subject who may read users and groups.',
  group_not_found: 'Create the group, or name another one with PATCH.',
  tenant_not_found: 'Check the tenant; another one needs another connection.',
  api_not_enabled:
    'Enable the Google Calendar API and the Admin SDK API in the Google Cloud project of the service account.',
};

export function showOrganization({ organization, following }: FollowedOrganization): z.output<typeof organizationOut> {
  const { identity, choice, intent } = organization;
  const { error, progress, discovery } = following;
  const shown = (time: Timestamp | null): string | null => time && formatTimestamp(time);
  const isPlanned = intent === 'follow' && discovery.completed_at !== null;
  return {
    id: organization.id,
    platform: organization.platform,
    state: stateOf(organization, following),
    error: error && { ...error, action: actions[error.code], since: formatTimestamp(error.since) },
    progress,
    google:
      identity.platform === 'google'
        ? {
            client_email: identity.client_email,
            private_key_id: identity.private_key_id,
            admin_subject: identity.admin_subject,
          }
        : null,
    microsoft: identity.platform === 'microsoft' ? { tenant: identity.tenant, client_id: identity.client_id } : null,
    group: choice.kind === 'group' ? choice.group : null,
    user_count: choice.kind === 'users' ? choice.count : null,
    mailboxes_per_minute: organization.mailboxes_per_minute,
    metadata: organization.metadata,
    deduplication_key: organization.deduplication_key,
    last_discovery_at: shown(discovery.completed_at),
    next_discovery_at: isPlanned ? shown(discoveryDueAt(following)) : null,
    created_at: formatTimestamp(organization.created_at),
    updated_at: formatTimestamp(organization.updated_at),
  };
}
