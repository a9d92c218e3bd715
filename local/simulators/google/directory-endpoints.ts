import { calendarError, parameterError } from './google-error.ts';
import { usersOf } from './organizations.ts';
import type { GoogleAccount, GoogleOrganization, SimulatorState } from './simulator-state.ts';

const MOST_RESULTS = { users: 500, members: 200 };
const USUAL_RESULTS = { users: 100, members: 200 };

/** `GET /admin/directory/v1/users` and `…/groups/{group}/members`, as the administrator whose token is used. */
export function answerDirectory(
  state: SimulatorState,
  caller: GoogleAccount | undefined,
  kind: 'users' | 'members',
  group: string | undefined,
  query: URLSearchParams,
): Record<string, unknown> {
  if (caller === undefined) {
    throw calendarError(401, 'authError', 'Invalid Credentials', { status: 'UNAUTHENTICATED' });
  }
  const scope = kind === 'users' ? 'admin.directory.user.readonly' : 'admin.directory.group.member.readonly';
  if (!caller.scopes.includes(`https://www.googleapis.com/auth/${scope}`)) {
    const message = 'Request had insufficient authentication scopes.';
    throw calendarError(403, 'insufficientPermissions', message, { status: 'PERMISSION_DENIED' });
  }
  const organization = state.organizations.find(({ domain }) => caller.email.endsWith(`@${domain}`));
  if (!organization?.admins.includes(caller.email)) {
    throw calendarError(403, 'forbidden', 'Not Authorized to access this resource/api');
  }
  if (kind === 'users') {
    if (query.get('customer') !== 'my_customer') throw calendarError(400, 'badRequest', 'Bad Request');
    return pageOf(kind, usersOf(state, organization).map(presentUser), query);
  }
  const members = membersOf(organization, group ?? '', query.get('includeDerivedMembership') === 'true');
  return pageOf(
    kind,
    members.map((email) => presentMember(state, organization, email)),
    query,
  );
}

const presentUser = ({ directoryId: id, email, disabled, hasCalendar }: GoogleAccount) => ({
  kind: 'admin#directory#user',
  id,
  primaryEmail: email,
  suspended: disabled,
  archived: false,
  isMailboxSetup: hasCalendar,
});

function presentMember(state: SimulatorState, organization: GoogleOrganization, email: string) {
  const account = state.accounts.get(email);
  const type = organization.groups.has(email) ? 'GROUP' : 'USER';
  const status = account?.disabled ? 'SUSPENDED' : 'ACTIVE';
  return {
    kind: 'admin#directory#member',
    id: account?.directoryId ?? `0${email}`,
    email,
    role: 'MEMBER',
    type,
    status,
  };
}

function membersOf({ groups }: GoogleOrganization, key: string, isDerived: boolean): string[] {
  const members = groups.get(key);
  if (!members) throw calendarError(404, 'notFound', 'Resource Not Found: groupKey');
  if (!isDerived) return members;
  const all = members.flatMap((member) =>
    groups.has(member) ? [member, ...membersOf({ groups } as GoogleOrganization, member, true)] : [member],
  );
  return [...new Set(all)];
}

/** Pages are cut at addresses, so that a user who comes or goes meanwhile moves no other one. */
function pageOf(
  kind: 'users' | 'members',
  all: { email?: string; primaryEmail?: string }[],
  query: URLSearchParams,
): Record<string, unknown> {
  const size = Number(query.get('maxResults') ?? USUAL_RESULTS[kind]);
  if (!Number.isInteger(size) || size < 1 || size > MOST_RESULTS[kind]) {
    throw parameterError('maxResults', `Invalid value '${query.get('maxResults')}'.`, 'invalidParameter');
  }
  const nameOf = (one: (typeof all)[number]): string => one.primaryEmail ?? one.email ?? '';
  const sorted = all.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const after = readToken(query.get('pageToken'));
  const rest = sorted.filter((one) => after === null || nameOf(one) > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return {
    kind: `admin#directory#${kind}`,
    ...(page.length > 0 && { [kind]: page }),
    ...(rest.length > size && last && { nextPageToken: Buffer.from(`after ${nameOf(last)}`).toString('base64url') }),
  };
}

function readToken(token: string | null): string | null {
  if (token === null) return null;
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after ')) throw calendarError(400, 'invalid', 'Invalid Input: pageToken');
  return text.slice('after '.length);
}
