import { identifyApplication } from './applications.ts';
import type { Caller } from './caller.ts';
import { graphError } from './graph-error.ts';
import type { MicrosoftAccount, SimulatorState } from './simulator-state.ts';

/** The account behind a bearer token. @param user whose mailbox the request names */
export function identifyCaller(state: SimulatorState, authorization: string | undefined, user?: string): Caller {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  const refused = (refusal: string): Caller => ({ account: undefined, scopes: [], refusal });
  if (token === undefined) return refused('Access token is empty.');
  const application = identifyApplication(state, token, user);
  if (application) return application;
  const grant = state.accessTokens.get(token);
  const account = state.accounts.get(grant?.email ?? '');
  if (grant === undefined || account === undefined) {
    return refused('CompactToken parsing failed with error code: 80049217');
  }
  if (grant.expiresMs <= state.now()) return refused('Lifetime validation failed, the token is expired.');
  if (account.revoked || account.disabled) return refused('Continuous access evaluation resulted in challenge.');
  return { account, scopes: grant.scopes, refusal: '' };
}

/** Any one of these scopes allows a client to use the group of endpoints. */
const SCOPES = {
  calendars: ['calendars.read', 'calendars.readwrite', 'calendars.read.shared', 'calendars.readwrite.shared'],
  user: ['user.read', 'user.readwrite', 'user.read.all', 'user.readbasic.all'],
  mailboxSettings: ['mailboxsettings.read', 'mailboxsettings.readwrite'],
};

/** The calling account. Throws 401 without a live token and 403 without a fitting scope. */
export function requireAccess(caller: Caller, group: keyof typeof SCOPES): MicrosoftAccount {
  if (caller.account === undefined) {
    const challenge = { 'www-authenticate': 'Bearer realm="", authorization_uri="/common/oauth2/authorize"' };
    throw graphError(401, 'InvalidAuthenticationToken', caller.refusal, challenge);
  }
  const granted = new Set(caller.scopes.map((scope) => scope.toLowerCase()));
  if (SCOPES[group].some((scope) => granted.has(scope))) return caller.account;
  if (group !== 'user')
    throw graphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  throw graphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
}

/** Throws 404 for an account without an Exchange Online mailbox. */
export function requireMailbox(account: MicrosoftAccount): void {
  if (account.hasMailbox) return;
  const message = 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.';
  throw graphError(404, 'MailboxNotEnabledForRESTAPI', message);
}
