import * as z from 'zod';
import { platforms } from '../calendars/calendar.ts';
import { idOf } from '../platform/ids.ts';
import { type Sealed, sealedText } from '../platform/sealed.ts';
import { jsonText, storedTimestamp } from '../store/stored-values.ts';

/** What a project wants of a connection. */
const intents = ['follow', 'pause', 'remove'] as const;

/** How a connection is, as users see it. `failed`: the operator has to do something, which `error` names. */
export const organizationStates = ['running', 'paused', 'failed', 'removing'] as const;
export type OrganizationState = (typeof organizationStates)[number];

/** What is refused for a whole organization: a matter of its administrator or of the operator. */
export const organizationErrorCodes = [
  'key_refused',
  'delegation_missing',
  'consent_missing',
  'directory_refused',
  'group_not_found',
  'tenant_not_found',
  'api_not_enabled',
] as const;
export type OrganizationErrorCode = (typeof organizationErrorCodes)[number];

/** Why a mailbox could not be connected. It is tried again later. */
export const mailboxFailureCodes = [
  'account_disabled',
  'mailbox_unavailable',
  'admin_blocked',
  'refused',
  'already_connected',
  'limit_reached',
] as const;
export type MailboxFailureCode = (typeof mailboxFailureCodes)[number];

/** In whose name Kalends acts. Neither key nor secret is ever shown. */
const identitySchema = z.discriminatedUnion('platform', [
  /** A service account with domain-wide delegation. */
  z.object({
    platform: z.literal('google'),
    client_email: z.string(),
    client_id: z.string(),
    private_key_id: z.string(),
    /** The Google Cloud project whose quota its requests use. */
    quota_project: z.string(),
    /** An administrator, as whom the directory is read; null where no directory is read. */
    admin_subject: z.string().nullable(),
    private_key: sealedText,
  }),
  /** An app with application permissions in a tenant. */
  z.object({
    platform: z.literal('microsoft'),
    tenant: z.string(),
    client_id: z.string(),
    client_secret: sealedText,
  }),
]);
export type OrganizationIdentity = z.output<typeof identitySchema>;

/** Whose mailboxes are connected. A list of users is in a separate row, because it may be long. */
const choiceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('group'), group: z.string() }),
  z.object({ kind: z.literal('users'), count: z.number() }),
]);

/** A connection as its row has it. The API writes it. */
export const organizationSchema = z.object({
  id: idOf('orgc'),
  project_id: idOf('proj'),
  platform: z.enum(platforms),
  identity: identitySchema,
  choice: choiceSchema,
  mailboxes_per_minute: z.number(),
  intent: z.enum(intents),
  metadata: jsonText(z.record(z.string(), z.string())).nullable(),
  deduplication_key: z.string().nullable(),
  created_at: storedTimestamp,
  updated_at: storedTimestamp,
});
export type Organization = z.output<typeof organizationSchema>;

const errorSchema = z.object({
  code: z.enum(organizationErrorCodes),
  provider_code: z.string(),
  message: z.string(),
  since: storedTimestamp,
});

/** How many mailboxes there are. `discovered` is the sum of all others. */
const progressSchema = z.object({
  discovered: z.number(),
  connected: z.number(),
  waiting: z.number(),
  failed: z.record(z.string(), z.number()),
});
export type Progress = z.output<typeof progressSchema>;

/** A reading of the users, page by page, and the removal of those whom it proves to be gone. */
const discoverySchema = z.object({
  /** It grows with each reading. 0: none was begun. */
  number: z.number(),
  step: z.enum(['reading', 'removing', 'complete']),
  /** While reading the link to the next page, while removing the last row that was looked at; null: the beginning. */
  position: z.string().nullable(),
  /** How many different users were read. */
  seen: z.number(),
  /** Pages in a row that had no user who was not read before. */
  idle_pages: z.number(),
  /** Could every entry be read? A list with others proves of no user that it is gone. */
  is_whole: z.boolean(),
  /** Number of the last complete and whole reading before this one. */
  previous: z.number(),
  /** Users whom no reading since this number has had are gone. */
  least: z.number(),
  completed_at: storedTimestamp.nullable(),
});
export type Discovery = z.output<typeof discoverySchema>;

/** How far a connection is. Every write expects the `version` that was read, so that a worker that was overtaken writes nothing. */
export const followingSchema = z.object({
  version: z.number(),
  discovery: discoverySchema,
  progress: progressSchema,
  error: errorSchema.nullable(),
  /** When the work goes on after a failure; null: at once. */
  retry_at: storedTimestamp.nullable(),
  /** When connected mailboxes were read the last time, to see that the grant still reaches them. */
  looked_at: storedTimestamp.nullable(),
  /** Failures in a row that passed. */
  failures: z.number(),
});
export type Following = z.output<typeof followingSchema>;

const mailboxStatuses = ['waiting', 'connected', 'failed'] as const;

const mailboxFailureSchema = z.object({
  code: z.enum(mailboxFailureCodes),
  provider_code: z.string(),
  message: z.string(),
  /** When it failed for the first time since it was connected or found. */
  since: storedTimestamp,
});

/** A user whose primary calendar is connected. */
export const mailboxSchema = z.object({
  /** The directory's id of the user; the address, in lower case, where a list names it. */
  user_id: z.string(),
  mailbox: z.string(),
  email: z.string(),
  status: z.enum(mailboxStatuses),
  account_id: idOf('acct').nullable(),
  failure: mailboxFailureSchema.nullable(),
  /** Failures in a row. */
  tries: z.number(),
  /** When a mailbox that is not connected is tried; null: once its user is enabled again. */
  try_at: storedTimestamp.nullable(),
  /** Number of the last reading that had the user. */
  seen: z.number(),
});
export type Mailbox = z.output<typeof mailboxSchema>;
export type FailedMailbox = Mailbox & { failure: z.output<typeof mailboxFailureSchema> };

/**
 * Mailboxes that are connected a minute. At Google connecting a mailbox and its first sync are four requests of the Calendar
 * API: 4,800 of the 10,000 that a project may make a minute. The others are left to the calendars that are synced.
 */
export const usualMailboxesPerMinute = 1_200;

export const initialFollowing: Following = {
  version: 1,
  discovery: {
    number: 0,
    step: 'complete',
    position: null,
    seen: 0,
    idle_pages: 0,
    is_whole: true,
    previous: 0,
    least: 0,
    completed_at: null,
  },
  progress: { discovered: 0, connected: 0, waiting: 0, failed: {} },
  error: null,
  retry_at: null,
  looked_at: null,
  failures: 0,
};

export function stateOf(
  { intent }: Pick<Organization, 'intent'>,
  { error }: Pick<Following, 'error'>,
): OrganizationState {
  if (intent === 'remove') return 'removing';
  if (intent === 'pause') return 'paused';
  return error === null ? 'running' : 'failed';
}

/** The context of sealed secrets: it binds them to project and connection. */
export const organizationContext = ({ id, project_id }: Pick<Organization, 'id' | 'project_id'>) => ({
  purpose: 'credentials' as const,
  project: project_id,
  owner: id,
});

/** Whose quota the requests of a connection use, across all projects of the deployment. */
export const quotaOwnerOf = ({ identity }: Pick<Organization, 'identity'>): string =>
  identity.platform === 'google' ? `google ${identity.quota_project}` : `microsoft ${identity.client_id}`;

/** The sealed key of a connection. */
export const sealedKeyOf = ({ identity }: Pick<Organization, 'identity'>): Sealed =>
  identity.platform === 'google' ? identity.private_key : identity.client_secret;
