import { randomBytes } from 'node:crypto';
import { aadstsAnswer, tokenError } from './aadsts-table.ts';
import type { Caller } from './caller.ts';
import { GraphError, graphError } from './graph-error.ts';
import type { MicrosoftAccount, MicrosoftApplication, SimulatorState } from './simulator-state.ts';

const TOKEN_LIFETIME_S = 3599;

/** Apps that act by themselves, with application permissions for a tenant, and the groups of tenants. */
export type SimulatedApplications = {
  addApplication(application: { clientId: string } & Partial<MicrosoftApplication>): MicrosoftApplication;
  /** @param members addresses of users, or ids of groups, which are not followed */
  addGroup(group: { id: string; tenantId: string; members: string[] }): void;
  /** Access tokens of apps issued so far answer 401. */
  expireApplicationTokens(): void;
};

export function createSimulatedApplications(state: SimulatorState): SimulatedApplications {
  return {
    addApplication(input) {
      const application: MicrosoftApplication = {
        tenantId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
        clientSecret: 'application~secret',
        permissions: ['Calendars.Read', 'User.Read.All', 'GroupMember.Read.All'],
        mailboxes: undefined,
        isBlocked: false,
        ...input,
      };
      state.applications.push(application);
      return application;
    },
    addGroup: ({ id, ...group }) => void state.groups.set(id, group),
    expireApplicationTokens: () => state.applicationTokens.clear(),
  };
}

/** `POST /{tenant}/oauth2/v2.0/token` with grant_type=client_credentials. Throws GraphError. */
export function issueApplicationToken(state: SimulatorState, tenant: string, form: URLSearchParams) {
  const refuse = (code: Parameters<typeof aadstsAnswer>[0]): never => {
    const { status, body } = aadstsAnswer(code);
    throw new GraphError(status, body);
  };
  const refuseWith = (status: number, error: string, code: number, text: string): never => {
    throw new GraphError(status, tokenError(status, error, code, text).body);
  };
  if (tenant === 'common' || tenant === 'organizations' || tenant === 'consumers') {
    refuseWith(400, 'invalid_request', 900_023, 'A client credentials grant needs the tenant.');
  }
  const known = [...state.accounts.values(), ...state.applications].some(({ tenantId }) => tenantId === tenant);
  if (!known) refuse(90002);
  const application = state.applications.find(
    (one) => one.clientId === form.get('client_id') && one.tenantId === tenant,
  );
  if (!application) return refuse(700016);
  if (application.isBlocked) refuse(7000112);
  if (!form.has('client_secret')) refuse(7000218);
  if (application.clientSecret !== form.get('client_secret')) refuse(7000215);
  const scopes = (form.get('scope') ?? '')
    .split(' ')
    .filter((scope) => !/^(openid|profile|offline_access|)$/.test(scope));
  if (scopes.length !== 1 || scopes[0] !== 'https://graph.microsoft.com/.default') {
    refuseWith(400, 'invalid_scope', 70_011, 'The scope of a client credentials grant ends with /.default.');
  }
  const token = `eyJ0app.${randomBytes(48).toString('base64url')}`;
  state.applicationTokens.set(token, {
    application,
    permissions: [...application.permissions],
    expiresMs: state.now() + TOKEN_LIFETIME_S * 1000,
  });
  const lifetime = { expires_in: TOKEN_LIFETIME_S, ext_expires_in: TOKEN_LIFETIME_S };
  return { token_type: 'Bearer', ...lifetime, access_token: token };
}

/**
 * The caller behind the token of an app: the account whose mailbox the request names, with the permissions of the token as
 * its scopes. @returns undefined when the token is not of an app
 */
export function identifyApplication(
  state: SimulatorState,
  token: string,
  user: string | undefined,
): Caller | undefined {
  const grant = state.applicationTokens.get(token);
  if (!grant) return undefined;
  const { application, permissions: scopes } = grant;
  if (grant.expiresMs <= state.now()) {
    return { account: undefined, scopes: [], refusal: 'Lifetime validation failed, the token is expired.' };
  }
  const found = [...state.accounts.values()].find(
    (one) =>
      one.tenantId === application.tenantId &&
      (one.oid === user || one.email === user?.toLowerCase()) &&
      user !== undefined,
  );
  // The same account, but of this app: its subscriptions are those of the app.
  const account = found && Object.assign(Object.create(found) as MicrosoftAccount, { clientId: application.clientId });
  return { account, scopes, refusal: '', application };
}

/** Throws where an app may not go: `/me`, unknown users, and mailboxes that the tenant's policy keeps from it. */
export function checkApplication({ account, application }: Caller, user: string | undefined): void {
  if (!application) return;
  if (user === undefined && account === undefined) {
    throw graphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.');
  }
  if (!account) throw graphError(404, 'ErrorInvalidUser', `The requested user '${user}' is invalid.`);
  if (application.mailboxes && !application.mailboxes.includes(account.email)) {
    const why = 'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.';
    throw graphError(403, 'ErrorAccessDenied', why);
  }
}
