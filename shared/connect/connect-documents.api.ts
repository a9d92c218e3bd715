import type * as z from 'zod';
import { answerObject, type Component, choiceList, requestObject } from '../http/component.ts';
import type { Documents } from '../http/operation-document.ts';
import type { connectRoutes } from './connect-routes.api.ts';
import {
  connectSessionOut,
  createConnectSessionFields,
  createdConnectSessionOut,
  shownStatuses,
} from './connect-session.api.ts';
import { selections } from './connect-session.ts';
import { connectSettingsOut, updateConnectSettingsFields } from './connect-settings.api.ts';

const tag = 'Connect';

const settings: z.output<typeof connectSettingsOut> = {
  redirect_urls: ['https://app.example.com/connected'],
  name: 'Example Notes',
  logo_url: 'https://app.example.com/logo.svg',
  privacy_url: 'https://example.com/privacy',
};

const session: z.output<typeof connectSessionOut> = {
  id: 'cses_Kd7Fq2Zx9Bn4Ws1M',
  status: 'completed',
  error: null,
  calendar_ids: ['cal_qR8sT1uV5wX2yZ3a'],
  oauth_app_id: 'oapp_Hn4Wd8Rb2Mk6Vt1Q',
  redirect_url: 'https://app.example.com/connected',
  calendar_id: null,
  selection: 'primary',
  created_at: '2026-11-21T09:29:00.000001Z',
  expires_at: '2026-11-21T10:29:00.000001Z',
};

export const connectDocuments: Documents<typeof connectRoutes> = {
  getConnectSettings: {
    summary: 'Read the connect settings',
    description: 'What the pages say about you, and where users may be sent back to.',
    tag,
    answer: { status: 200, description: 'The settings', schema: connectSettingsOut, example: settings },
  },
  updateConnectSettings: {
    summary: 'Change the connect settings',
    description:
      'Absent fields stay. A session can be created only for one of the redirect URLs, exactly as it is written.',
    tag,
    request: { schema: updateConnectSettingsFields, example: settings },
    answer: { status: 200, description: 'The settings', schema: connectSettingsOut, example: settings },
  },
  createConnectSession: {
    summary: 'Create a connect session',
    description:
      'A link for one user, which works once. The page asks for consent, connects the calendars, and returns to `redirect_url` with `connect_session_id`. Only this answer has the link.',
    tag,
    request: {
      schema: createConnectSessionFields,
      example: {
        oauth_app_id: session.oauth_app_id,
        redirect_url: session.redirect_url,
        selection: 'choose',
        metadata: { user: '42' },
      },
    },
    answer: {
      status: 201,
      description: 'The session, with its link',
      schema: createdConnectSessionOut,
      example: {
        id: session.id,
        url: 'https://kalends.example/connect/open/Kd7Fq2Zx9Bn4Ws1M.5yT0wQxJ2mV8nB4cL6kH1gF3dS9aP7oI5uY2tR4eW0q',
        expires_at: session.expires_at,
      },
    },
  },
  getConnectSession: {
    summary: 'Read a connect session',
    description: 'What became of it. Webhooks with the trigger `calendar.connected` say the same without asking.',
    tag,
    answer: { status: 200, description: 'The session', schema: connectSessionOut, example: session },
    errors: ['NotFound', 'Unreadable'],
  },
};

const asked = {
  oauth_app_id: 'The OAuth app that the user consents to',
  redirect_url:
    'Where the user returns to: one of the redirect URLs of the connect settings; without it the user stays on the page',
  calendar_id: 'The calendar to reconnect. Only its own account is accepted; absent: the user connects an account',
  selection: 'Which calendars are connected: the primary one, those that the user chooses, or all',
};

export const connectComponents: readonly Component[] = [
  answerObject('ConnectSettings', connectSettingsOut, 'How the pages present you, and where users return to.', {
    redirect_urls: 'Where users may return to',
    name: 'Your name, as users know it; null for none',
    logo_url: 'Your logo; null for none',
    privacy_url: 'Your privacy policy; null for none',
  }),
  requestObject('UpdateConnectSettings', updateConnectSettingsFields, 'What to change; absent fields stay.', {
    redirect_urls: 'Where users may return to: https URLs, or http on loopback. They replace the former ones',
    name: 'Your name, as users know it; null for none',
    logo_url: 'Your logo; null for none',
    privacy_url: 'Your privacy policy; null for none',
  }),
  requestObject('CreateConnectSession', createConnectSessionFields, 'A link for one user.', {
    ...asked,
    deduplication_key: 'Deduplication key of the first calendar that is connected',
    metadata: 'Metadata of the calendars that are connected',
    expires_in: 'For how many seconds the link works',
  }),
  answerObject(
    'CreatedConnectSession',
    createdConnectSessionOut,
    'A session with its link, which is shown only once.',
    {
      id: 'Id of the session',
      url: 'The link for the user. It works once',
      expires_at: 'When the link ends, UTC',
    },
  ),
  answerObject('ConnectSession', connectSessionOut, 'What became of a connect session.', {
    id: 'Id of the session',
    status:
      '`open`: no result yet. `denied` and `failed` may still become `completed`: the user may try again in the same browser until the session ends',
    error: 'Why it is denied or failed; null otherwise',
    calendar_ids: 'The calendars that are connected',
    ...asked,
    redirect_url: 'Where the user returns to; null: the user stays on the page',
    created_at: 'Time of creation, UTC',
    expires_at: 'When the session ends, UTC',
  }),
  choiceList('ConnectSelection', selections, 'Which calendars of an account are connected.'),
  choiceList('ConnectStatus', shownStatuses, 'What became of a connect session.'),
];
