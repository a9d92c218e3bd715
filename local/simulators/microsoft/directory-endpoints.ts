import type { Caller } from './caller.ts';
import { graphError } from './graph-error.ts';
import type { MicrosoftAccount, SimulatorState } from './simulator-state.ts';

const MOST_RESULTS = 999;
const USUAL_RESULTS = 100;
const PERMISSIONS = {
  users: ['user.read.all', 'user.readbasic.all', 'directory.read.all'],
  members: ['groupmember.read.all', 'group.read.all', 'directory.read.all'],
};

/** `GET /users` and `GET /groups/{id}/members`, of the tenant of an app. */
export function answerDirectory(
  state: SimulatorState,
  { application, scopes }: Caller,
  { kind, group, url }: { kind: 'users' | 'members'; group: string; url: string },
  query: URLSearchParams,
): Record<string, unknown> {
  const granted = new Set(scopes.map((scope) => scope.toLowerCase()));
  if (!application || !PERMISSIONS[kind].some((permission) => granted.has(permission))) {
    throw graphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
  }
  const accounts = [...state.accounts.values()].filter(({ tenantId }) => tenantId === application.tenantId);
  const found = kind === 'users' ? accounts.map(presentUser) : presentMembers(state, accounts, group);
  const sorted = found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const size = Number(query.get('$top') ?? USUAL_RESULTS);
  if (!Number.isInteger(size) || size < 1 || size > MOST_RESULTS) {
    throw graphError(400, 'Request_BadRequest', `Invalid page size specified: '${query.get('$top')}'.`);
  }
  const after = readToken(query.get('$skiptoken'));
  const rest = sorted.filter(({ id }) => after === null || id > after);
  const page = rest.slice(0, size);
  const next = new URL(url);
  for (const name of ['$select', '$top']) if (query.has(name)) next.searchParams.set(name, query.get(name) ?? '');
  next.searchParams.set('$skiptoken', Buffer.from(`after ${page.at(-1)?.id}`).toString('base64url'));
  return {
    '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#${kind}`,
    ...(rest.length > size && { '@odata.nextLink': next.href }),
    value: page,
  };
}

const presentUser = ({ oid: id, email, mail, disabled }: MicrosoftAccount) => ({
  id,
  userPrincipalName: email,
  mail,
  accountEnabled: !disabled,
  userType: email.includes('#ext#') ? 'Guest' : 'Member',
});

function presentMembers(state: SimulatorState, accounts: MicrosoftAccount[], group: string) {
  const members = state.groups.get(group)?.members;
  if (!members) {
    throw graphError(404, 'Request_ResourceNotFound', `Resource '${group}' does not exist.`);
  }
  return members.map((member) => {
    const account = accounts.find(({ email }) => email === member);
    return account
      ? { '@odata.type': '#microsoft.graph.user', ...presentUser(account) }
      : { '@odata.type': '#microsoft.graph.group', id: member, displayName: member };
  });
}

function readToken(token: string | null): string | null {
  if (token === null) return null;
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after ')) throw graphError(400, 'Directory_ExpiredPageToken', 'The page token has expired.');
  return text.slice('after '.length);
}
