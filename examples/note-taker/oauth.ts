import { randomBytes } from 'node:crypto';

export type Provider = 'google' | 'microsoft';
export const isProvider = (name: string | undefined): name is Provider => name === 'google' || name === 'microsoft';

const env = (name: string, absent = ''): string => process.env[name] ?? absent;
const login = env('MICROSOFT_LOGIN_URL', 'https://login.microsoftonline.com');

const providers = {
  google: {
    authorizeUrl: env('GOOGLE_AUTHORIZE_URL', 'https://accounts.google.com/o/oauth2/v2/auth'),
    tokenUrl: `${env('GOOGLE_OAUTH_URL', 'https://oauth2.googleapis.com')}/token`,
    client_id: env('GOOGLE_CLIENT_ID'),
    client_secret: env('GOOGLE_CLIENT_SECRET'),
    asks: {
      scope: 'https://www.googleapis.com/auth/calendar.readonly',
      access_type: 'offline',
      prompt: 'consent',
    },
  },
  microsoft: {
    authorizeUrl: `${login}/common/oauth2/v2.0/authorize`,
    tokenUrl: `${login}/common/oauth2/v2.0/token`,
    client_id: env('MICROSOFT_CLIENT_ID'),
    client_secret: env('MICROSOFT_CLIENT_SECRET'),
    asks: { scope: 'offline_access User.Read Calendars.Read MailboxSettings.Read', prompt: 'select_account' },
  },
};

/** Consents that are under way. A real application keeps the state in the session of its user. */
const states = new Set<string>();

/** Where the browser goes for the consent of the user. */
export function consentUrl(provider: Provider, redirect_uri: string): string {
  const { authorizeUrl, client_id, asks } = providers[provider];
  const state = randomBytes(16).toString('hex');
  states.add(state);
  return `${authorizeUrl}?${new URLSearchParams({ client_id, redirect_uri, response_type: 'code', state, ...asks }).toString()}`;
}

/**
 * What Kalends needs to connect the calendar.
 *
 * @param query of the callback @throws when the user refused, the state is not ours, or the provider gave no refresh token
 */
export async function credentialsOf(provider: Provider, redirect_uri: string, query: URLSearchParams) {
  if (!states.delete(query.get('state') ?? '')) throw new Error('this link was used, or is not ours');
  const { tokenUrl, client_id, client_secret } = providers[provider];
  const code = query.get('code');
  if (code === null) throw new Error(`no consent: ${query.get('error')}`);
  const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri, client_id, client_secret });
  const answer = await fetch(tokenUrl, { method: 'POST', body });
  const { refresh_token, error } = (await answer.json()) as { refresh_token?: string; error?: string };
  if (!refresh_token) throw new Error(`no refresh token: ${error ?? 'was offline access asked for?'}`);
  return { platform: provider, client_id, client_secret, refresh_token };
}
