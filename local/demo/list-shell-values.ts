import type { SimulatedPerson } from './simulated-person.ts';

/** An app with application permissions for a simulated tenant. */
export interface TenantApp {
  tenantId: string;
  clientId: string;
  clientSecret: string;
}

/**
 * Lists the variables that the commands and programs of the docs use, with the values of a demo, in lines that set them
 * when they are pasted into a shell.
 *
 * @param options `login` is the address of the simulated Google, `account` is an account there
 */
export function listShellValues(options: {
  url: string;
  apiKey: string;
  login: string;
  account: SimulatedPerson['account'];
  tenantApp: TenantApp;
}): string[] {
  const { url, apiKey, login, account, tenantApp } = options;
  const { clientId, clientSecret, refreshToken } = account;
  const values: Record<string, string>[] = [
    { API: `${url}/api/v1`, KEY: apiKey },
    { KALENDS_URL: url, KALENDS_API_KEY: apiKey },
    { CLIENT_ID: clientId },
    { CLIENT_SECRET: clientSecret, REFRESH_TOKEN: refreshToken },
    { GOOGLE_CLIENT_ID: clientId },
    { GOOGLE_CLIENT_SECRET: clientSecret, GOOGLE_OAUTH_URL: login },
    { GOOGLE_AUTHORIZE_URL: `${login}/o/oauth2/v2/auth` },
    { TENANT: tenantApp.tenantId, TENANT_CLIENT_SECRET: tenantApp.clientSecret },
    { TENANT_CLIENT_ID: tenantApp.clientId },
  ];
  return values.map((line) => {
    const pairs = Object.entries(line).map(([name, value]) => `${name}=${value}`);
    return `export ${pairs.join(' ')}`;
  });
}
