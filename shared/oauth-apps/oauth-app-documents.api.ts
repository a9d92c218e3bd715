import type * as z from 'zod';
import { answerObject, type Component, listObject, requestObject } from '../http/component.ts';
import { cursor, type Documents, limitParameter } from '../http/operation-document.ts';
import { createOAuthAppFields, oauthAppListOut, oauthAppOut, updateOAuthAppFields } from './oauth-app.api.ts';
import type { oauthAppRoutes } from './oauth-app-routes.api.ts';

const example: z.output<typeof oauthAppOut> = {
  id: 'oapp_Hn4Wd8Rb2Mk6Vt1Q',
  platform: 'microsoft',
  client_id: '00001111-aaaa-2222-bbbb-3333cccc4444',
  tenant: 'contoso.com',
  has_former_secret: false,
  secret_expires_at: '2027-11-21T00:00:00Z',
  refused_since: null,
  created_at: '2026-11-21T09:29:00.000001Z',
  updated_at: '2026-11-21T09:29:00.000001Z',
};

const app = { status: 200, schema: oauthAppOut } as const;
const tag = 'Connect';

export const oauthAppDocuments: Documents<typeof oauthAppRoutes> = {
  createOauthApp: {
    summary: 'Create an OAuth app',
    description: 'Your OAuth client at Google or Microsoft. Accounts that users connect are refreshed with it.',
    tag,
    request: {
      schema: createOAuthAppFields,
      example: {
        platform: 'microsoft',
        client_id: example.client_id,
        client_secret: 'qWgdYAmab0YSkuL1qKv5bPX',
        tenant: 'contoso.com',
        secret_expires_at: '2027-11-21T00:00:00Z',
      },
    },
    answer: { status: 201, description: 'The app, without its secret', schema: oauthAppOut, example },
  },
  listOauthApps: {
    summary: 'List OAuth apps',
    description: 'The newest come first. Without `limit` all apps of the project are on one page.',
    tag,
    query: { cursor, limit: limitParameter('all') },
    answer: {
      status: 200,
      description: 'A page of apps',
      schema: oauthAppListOut,
      example: { next: null, previous: null, results: [example] },
    },
    errors: ['InvalidCursor'],
  },
  getOauthApp: {
    summary: 'Read an OAuth app',
    description: 'With its health, without its secrets.',
    tag,
    answer: { ...app, description: 'The app', example },
    errors: ['NotFound', 'Unreadable'],
  },
  updateOauthApp: {
    summary: 'Change an OAuth app',
    description:
      'Absent fields stay. A new `client_secret` is used at once for all accounts; the former one is tried where the provider refuses it, until `retire_former`.',
    tag,
    request: { schema: updateOAuthAppFields, example: { client_secret: 'rXhezBnbc1ZTlvM2rLw6cQY' } },
    answer: {
      ...app,
      description: 'The changed app',
      example: { ...example, has_former_secret: true, secret_expires_at: null },
    },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  deleteOauthApp: {
    summary: 'Delete an OAuth app',
    description: 'Refused while accounts use it.',
    tag,
    answer: { status: 200, description: 'Deleted; the body is empty', schema: null },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
};

const texts = {
  client_secret: 'Secret of the client. No answer shows it',
  tenant: 'Id or domain of the one Microsoft tenant whose users may connect; without it that of the deployment',
  secret_expires_at: 'When the newest secret expires, as you state it; null when that is not known',
};

/** Only apps of Microsoft have a tenant. Generators ignore `not`. */
const tenantOfMicrosoft = {
  not: { properties: { platform: { const: 'google' }, tenant: {} }, required: ['platform', 'tenant'] },
};

export const oauthAppComponents: readonly Component[] = [
  answerObject('OAuthApp', oauthAppOut, 'Your OAuth client at a provider.', {
    id: 'Id of the app',
    platform: 'Provider of the app',
    client_id: 'Id of the client at the provider',
    tenant: texts.tenant,
    has_former_secret: 'Whether the former secret is still tried beside the newest one',
    secret_expires_at: texts.secret_expires_at,
    refused_since: 'Since when the provider refuses all secrets of the app; null while it accepts one',
    created_at: 'Time of creation, UTC',
    updated_at: 'Time of the last change by a request, UTC',
  }),
  listObject('OAuthAppList', oauthAppListOut, 'A page of OAuth apps.'),
  requestObject(
    'CreateOAuthApp',
    createOAuthAppFields,
    'An OAuth app to create.',
    {
      platform: 'Provider of the app',
      client_id: 'Id of the client at the provider',
      ...texts,
    },
    tenantOfMicrosoft,
  ),
  requestObject('UpdateOAuthApp', updateOAuthAppFields, 'What to change in an OAuth app; absent fields stay.', {
    ...texts,
    retire_former: '`true` ends the former secret. With a new `client_secret` only that one is left',
  }),
];
