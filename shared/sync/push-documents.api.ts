import type { Documents } from '../http/operation-document.ts';
import type { googlePushRoutes, microsoftPushRoutes } from './push-routes.api.ts';

export const pushDocuments: Documents<typeof googlePushRoutes | typeof microsoftPushRoutes> = {
  receiveGooglePush: {
    summary: 'Receive push notifications of Google; verified by the token of their channel',
    tag: 'Provider push',
    responses: { 204: null },
  },
  receiveMicrosoftPush: {
    summary: 'Receive change notifications of Microsoft Graph; each is verified by its client state',
    tag: 'Provider push',
    query: {
      validationToken: { description: 'Sent when a subscription is created; the answer repeats it as plain text' },
    },
    responses: { 200: null, 202: null },
  },
  receiveMicrosoftLifecycle: {
    summary: 'Receive lifecycle notifications of Microsoft Graph; each is verified by its client state',
    tag: 'Provider push',
    query: {
      validationToken: { description: 'Sent when a subscription is created; the answer repeats it as plain text' },
    },
    responses: { 200: null, 202: null },
  },
};
