import { defineRow } from '../store/row.ts';
import { storedOAuthApp } from './oauth-app.ts';

export const oauthAppRow = defineRow('OAuth app', 1, storedOAuthApp);

export const oauthAppPrefix = 'OAUTH_APP#';
export const oauthAppPartition = (projectId: string): string => `PROJECT#${projectId}`;
export const oauthAppKey = (projectId: string, id: string) => ({
  PK: oauthAppPartition(projectId),
  SK: `${oauthAppPrefix}${id}`,
});

/** Accounts that use an app: their rows keep it from being deleted. */
export const oauthAppUsePartition = (appId: string): string => `OAUTH_APP#${appId}`;

/** The row that exists while an account uses an app. It is written, and deleted, in the transaction of the account. */
export const oauthAppUseKey = (appId: string, accountId: string) => ({
  PK: oauthAppUsePartition(appId),
  SK: `ACCOUNT#${accountId}`,
});
