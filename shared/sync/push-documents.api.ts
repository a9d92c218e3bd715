import type { Documents } from '../http/operation-document.ts';
import type { googlePushRoutes, microsoftPushRoutes } from './push-routes.api.ts';

export const pushDocuments: Documents<typeof googlePushRoutes | typeof microsoftPushRoutes> = {
  receiveGooglePush: {
    summary: 'Push notifications of Google; verified by the token of their channel',
    tag: 'Provider push',
    responses: { 204: null },
  },
  receiveMicrosoftPush: {
    summary: 'Change notifications of Microsoft Graph; each is verified by its client state',
    tag: 'Provider push',
    query: { validationToken: { description: 'Sent when a subscription is made; echoed as plain text' } },
    responses: { 200: null, 202: null },
  },
  receiveMicrosoftLifecycle: {
    summary: 'Lifecycle notifications of Microsoft Graph; each is verified by its client state',
    tag: 'Provider push',
    query: { validationToken: { description: 'Sent when a subscription is made; echoed as plain text' } },
    responses: { 200: null, 202: null },
  },
};
