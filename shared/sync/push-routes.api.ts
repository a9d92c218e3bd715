import type { FunctionRoutes } from '../http/routes.ts';

export const googlePushRoutes = {
  function: 'receive-google-push',
  auth: 'push',
  operations: { receiveGooglePush: 'POST /push/google' },
} as const satisfies FunctionRoutes;

export const microsoftPushRoutes = {
  function: 'receive-microsoft-push',
  auth: 'push',
  operations: {
    receiveMicrosoftPush: 'POST /push/microsoft',
    receiveMicrosoftLifecycle: 'POST /push/microsoft/lifecycle',
  },
} as const satisfies FunctionRoutes;
