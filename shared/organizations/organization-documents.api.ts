import type * as z from 'zod';
import { platforms } from '../calendars/calendar.ts';
import { answerObject, type Component, choiceList, listObject, requestObject } from '../http/component.ts';
import { cursor, type Documents, limitParameter } from '../http/operation-document.ts';
import { manyTenants } from './find-organization-faults.ts';
import {
  googleOrganizationOut,
  microsoftOrganizationOut,
  organizationErrorOut,
  organizationFailureListOut,
  organizationFailureOut,
  organizationListOut,
  organizationOut,
  organizationProgressOut,
} from './organization.api.ts';
import { mailboxFailureCodes, organizationStates } from './organization.ts';
import {
  createOrganizationFields,
  googleChangeSchema,
  googleSchema,
  microsoftChangeSchema,
  microsoftSchema,
  serviceAccountKeySchema,
  updateOrganizationFields,
} from './organization-fields.api.ts';
import type { organizationRoutes } from './organization-routes.api.ts';

const example: z.output<typeof organizationOut> = {
  id: 'orgc_Pq7Rs3Tu9Vw1Xy5Z',
  platform: 'microsoft',
  state: 'running',
  error: null,
  progress: { discovered: 4210, connected: 3876, waiting: 320, failed: { mailbox_unavailable: 14 } },
  google: null,
  microsoft: { tenant: 'contoso.com', client_id: '00001111-aaaa-2222-bbbb-3333cccc4444' },
  group: null,
  user_count: null,
  mailboxes_per_minute: 1200,
  metadata: { customer: 'contoso' },
  deduplication_key: 'contoso',
  last_discovery_at: '2026-11-21T09:29:40Z',
  next_discovery_at: '2026-11-21T13:29:40Z',
  created_at: '2026-11-21T09:29:00.000001Z',
  updated_at: '2026-11-21T09:29:00.000001Z',
};

const failureExample: z.output<typeof organizationFailureOut> = {
  user_id: '48d31887-5fad-4d73-a9f5-3c356e68a038',
  email: 'room-12@contoso.com',
  code: 'mailbox_unavailable',
  provider_code: 'MailboxNotEnabledForRESTAPI',
  message: 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  action: 'Give the user a mailbox: a licence of Exchange Online, or the Google Calendar service.',
  since: '2026-11-21T09:30:10Z',
  tries: 2,
  next_try_at: '2026-11-21T12:30:12Z',
};

const connection = { status: 200, schema: organizationOut } as const;
const tag = 'Connect';

export const organizationDocuments: Documents<typeof organizationRoutes> = {
  createOrganizationConnection: {
    summary: 'Connect an organization',
    description:
      'Connects the primary calendar of each user of a Google Workspace or Microsoft 365 organization: of all users, of a group, or of those who are named. Users who come or go later are followed.',
    tag,
    request: {
      schema: createOrganizationFields,
      example: {
        platform: 'microsoft',
        microsoft: {
          tenant: 'contoso.com',
          client_id: '00001111-aaaa-2222-bbbb-3333cccc4444',
          client_secret: 'qWgdYAmab0YSkuL1qKv5bPX',
        },
        metadata: { customer: 'contoso' },
      },
    },
    answer: {
      status: 201,
      description: 'The connection, without its key',
      schema: organizationOut,
      example: {
        ...example,
        progress: { discovered: 0, connected: 0, waiting: 0, failed: {} },
        deduplication_key: null,
        last_discovery_at: null,
        next_discovery_at: null,
      },
    },
  },
  listOrganizationConnections: {
    summary: 'List organization connections',
    description: 'The newest come first.',
    tag,
    query: {
      deduplication_key: { description: 'Only the connection with this key', schema: { type: 'string' } },
      cursor,
      limit: limitParameter(25),
    },
    answer: {
      status: 200,
      description: 'A page of connections',
      schema: organizationListOut,
      example: { next: null, previous: null, results: [example] },
    },
    errors: ['InvalidCursor'],
  },
  getOrganizationConnection: {
    summary: 'Read an organization connection',
    description: 'With its progress, without its key.',
    tag,
    answer: { ...connection, description: 'The connection', example },
    errors: ['NotFound', 'Unreadable'],
  },
  updateOrganizationConnection: {
    summary: 'Change an organization connection',
    description:
      'Absent fields stay. The work goes on at once, also when it was refused before. `paused: true` stops reading and connecting users; connected calendars are synced as before.',
    tag,
    request: { schema: updateOrganizationFields, example: { paused: true } },
    answer: { ...connection, description: 'The changed connection', example: { ...example, state: 'paused' } },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  deleteOrganizationConnection: {
    summary: 'Remove an organization connection',
    description:
      'Deletes every calendar that it has connected. Until that is done, the connection has the state `removing`.',
    tag,
    answer: { status: 200, description: 'The removal has begun; the body is empty', schema: null },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  listOrganizationConnectionFailures: {
    summary: 'List users who could not be connected',
    description:
      'Those who failed last come first. They are tried again an hour later, then after two and four hours, and then every six hours. With `code` a page may end early: read on while `next` is not null.',
    tag,
    query: {
      code: {
        description: 'Only users who could not be connected for this reason',
        schema: { type: 'string', enum: [...mailboxFailureCodes] },
      },
      cursor,
      limit: limitParameter(25),
    },
    answer: {
      status: 200,
      description: 'A page of users',
      schema: organizationFailureListOut,
      example: { next: null, previous: null, results: [failureExample] },
    },
    errors: ['NotFound', 'InvalidCursor', 'Unreadable'],
  },
};

const texts = {
  google: 'A service account with domain-wide delegation, for the platform `google`',
  microsoft: 'An app with application permissions, for the platform `microsoft`',
  users: 'Addresses of the users to connect. At Microsoft their user principal names',
  group: 'Connect the members of this group only: its address at Google, its object id at Microsoft',
  mailboxes_per_minute: 'How many mailboxes are connected a minute at most',
  metadata: 'Strings of yours, which each of its calendars gets, too',
};
const keyTexts = {
  service_account_key: 'The JSON key file of the service account. No answer shows it',
  admin_subject: 'Address of an administrator, as whom the directory is read. Not needed where users are named',
};
const secretText = { client_secret: 'Secret of the app. No answer shows it' };

const absent = { not: {} };

/** What a connection of one platform has, and no other. Generators ignore `not`, and would split the type at `oneOf`. */
const partsOfPlatform = {
  not: {
    anyOf: [
      ...platforms.flatMap((platform) => [
        { properties: { platform: { const: platform }, [platform]: absent } },
        { properties: { platform: { not: { const: platform } }, [platform]: {} }, required: [platform] },
      ]),
      { properties: { google: { properties: { admin_subject: absent } }, users: absent }, required: ['google'] },
      {
        properties: { microsoft: { properties: { tenant: { pattern: `^(?:${manyTenants.join('|')})$` } } } },
        required: ['microsoft'],
      },
      { properties: { users: {}, group: {} }, required: ['users', 'group'] },
    ],
  },
};

export const organizationComponents: readonly Component[] = [
  answerObject('OrganizationConnection', organizationOut, 'An organization whose users are connected.', {
    id: 'Id of the connection',
    platform: 'Provider of the organization',
    state:
      '`failed`: what `error` names has to be repaired, and is tried again every half an hour. Its calendars stay as they are',
    error: 'What is refused for the whole organization; null while nothing is',
    progress: 'How many users there are',
    google: texts.google,
    microsoft: texts.microsoft,
    group: 'The group whose members are connected; null without one',
    user_count: 'How many users are named; null where none are',
    mailboxes_per_minute: texts.mailboxes_per_minute,
    metadata: texts.metadata,
    deduplication_key: 'Unique in the project',
    last_discovery_at: 'When the users were read to the end, UTC',
    next_discovery_at: 'When they are read again, UTC; null while that is not planned',
    created_at: 'Time of creation, UTC',
    updated_at: 'Time of the last change by a request, UTC',
  }),
  answerObject('OrganizationError', organizationErrorOut, 'What is refused for a whole organization.', {
    code: 'What it is',
    provider_code: 'Code of the provider',
    message: 'Words of the provider',
    action: 'How a person can repair it',
    since: 'Since when, UTC',
  }),
  answerObject('OrganizationProgress', organizationProgressOut, 'How many users of an organization there are.', {
    discovered: 'All of them',
    connected: 'Those whose calendar is connected',
    waiting: 'Those who are still to be connected',
    failed: 'Those who could not be connected, by the reason. `GET …/failures` lists them',
  }),
  answerObject('OrganizationConnectionFailure', organizationFailureOut, 'A user who could not be connected.', {
    user_id: 'Id of the user in the directory; the address where users are named',
    email: 'Address of the user',
    code: 'The reason',
    provider_code: 'Code of the provider; `directory` where the directory has the user as suspended',
    message: 'Words of the provider',
    action: 'How a person can get the user connected',
    since: 'When the user could not be connected for the first time, UTC',
    tries: 'How often in a row the user could not be connected',
    next_try_at: 'When it is tried again, UTC; null until the directory has the user as enabled again',
  }),
  listObject(
    'OrganizationConnectionFailureList',
    organizationFailureListOut,
    'A page of users who could not be connected.',
  ),
  answerObject('GoogleOrganization', googleOrganizationOut, 'The service account of a connection.', {
    client_email: 'Address of the service account',
    private_key_id: 'Id of its key',
    admin_subject: 'The administrator as whom the directory is read',
  }),
  answerObject('MicrosoftOrganization', microsoftOrganizationOut, 'The app of a connection.', {
    tenant: 'Id or domain of the tenant',
    client_id: 'Id of the app',
  }),
  listObject('OrganizationConnectionList', organizationListOut, 'A page of organization connections.'),
  choiceList('MailboxFailure', mailboxFailureCodes, 'Why a user could not be connected.'),
  choiceList('OrganizationState', organizationStates, 'How an organization connection is.'),
  requestObject(
    'CreateOrganizationConnection',
    createOrganizationFields,
    'An organization to connect.',
    {
      platform: 'Provider of the organization',
      ...texts,
      deduplication_key: 'A key of yours: a second connection with it is refused',
    },
    partsOfPlatform,
  ),
  requestObject(
    'UpdateOrganizationConnection',
    updateOrganizationFields,
    'What to change in a connection; absent fields stay.',
    {
      paused: '`true` stops reading and connecting users, `false` goes on',
      ...texts,
      users: 'The list that replaces the former one. Users who are not in it any more are disconnected',
    },
  ),
  requestObject('ServiceAccount', googleSchema, 'A service account with domain-wide delegation.', keyTexts),
  requestObject('ServiceAccountChange', googleChangeSchema, 'Another key of the same service account.', keyTexts),
  {
    name: 'ServiceAccountKey',
    schema: serviceAccountKeySchema,
    description: 'A JSON key file as Google creates it. Its other fields are ignored.',
    fields: {
      type: 'Always `service_account`',
      project_id: 'The Google Cloud project, whose quota the requests use',
      private_key_id: 'Id of the key',
      private_key: 'The private key, in PEM',
      client_email: 'Address of the service account',
      client_id: 'Id of the service account, to which scopes are delegated',
    },
  },
  requestObject('Application', microsoftSchema, 'An app registration with application permissions.', {
    tenant: 'Id or domain of the one tenant',
    client_id: 'Id of the app',
    ...secretText,
  }),
  requestObject('ApplicationChange', microsoftChangeSchema, 'Another secret of the same app.', secretText),
];
