import * as z from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { type DirectoryEntry, type DirectoryPage, type DirectoryRequest, pageOf } from '../directory.ts';
import { noError, pageLink } from '../page-link.ts';
import { ProviderError } from '../provider-error.ts';
import { readAnswer } from '../read-answer.ts';
import { isCutOff, requestJson } from '../request-json.ts';
import { googleApiError } from './google-errors.ts';

const calendarHost = 'https://www.googleapis.com';
const directoryHost = 'https://admin.googleapis.com';

const flag = z.boolean().nullish().catch(null);
const text = z.string().min(1).nullish().catch(null);
const userSchema = z.object({ id: z.string().min(1), primaryEmail: text, suspended: flag, archived: flag });
const memberSchema = z.object({ id: z.string().min(1), email: text, type: text, status: text });
/** A list without entries has no `users` or `members`. */
const usersSchema = z.object({ users: z.array(z.unknown()).default([]), nextPageToken: pageLink, error: noError });
const membersSchema = z.object({ members: z.array(z.unknown()).default([]), nextPageToken: pageLink, error: noError });

/**
 * One page of the users of a Workspace customer, or of the members of a group and of the groups in it
 * (https://developers.google.com/workspace/admin/directory/reference/rest/v1/users/list,
 * https://developers.google.com/workspace/admin/directory/reference/rest/v1/members/list).
 *
 * @throws ProviderError `resync` when the link is not accepted: the list is read again from its beginning
 */
export async function readGoogleDirectory(
  { apiUrl, clock }: { apiUrl: string; clock: Clock },
  accessToken: string,
  { group, link, pageSize }: DirectoryRequest,
): Promise<DirectoryPage> {
  // Another host at Google; whatever stands in for Google serves both.
  const base = `${apiUrl === calendarHost ? directoryHost : apiUrl}/admin/directory/v1`;
  const query = new URLSearchParams({
    maxResults: String(pageSize),
    ...(group === undefined ? { customer: 'my_customer', orderBy: 'email' } : { includeDerivedMembership: 'true' }),
    ...(link !== null && { pageToken: link }),
  });
  const path = group === undefined ? '/users' : `/groups/${encodeURIComponent(group)}/members`;
  const answer = await requestJson(`${base}${path}?${query.toString()}`, {
    headers: { authorization: `Bearer ${accessToken}`, 'user-agent': 'Kalends (gzip)' },
  });
  if (answer.status < 200 || answer.status > 299) {
    const error = googleApiError(answer, false, clock.now());
    const isLinkRefused = link !== null && (answer.status === 400 || answer.status === 410);
    throw isLinkRefused ? new ProviderError({ kind: 'resync' }, error.providerCode, error.message) : error;
  }
  if (isCutOff(answer))
    throw new ProviderError({ kind: 'retry', error: 'answer_unreadable' }, 'cut_off', 'the answer was cut off');
  if (group === undefined) {
    const { users, nextPageToken: next } = readAnswer(usersSchema, answer.body);
    return pageOf(users.map(readUser), next);
  }
  const { members, nextPageToken: next } = readAnswer(membersSchema, answer.body);
  return pageOf(members.map(readMember), next);
}

function readUser(entry: unknown): DirectoryEntry {
  const user = userSchema.safeParse(entry).data;
  if (!user?.primaryEmail) return 'unreadable';
  const isEnabled = user.suspended !== true && user.archived !== true;
  return { id: user.id, mailbox: user.primaryEmail, email: user.primaryEmail, isEnabled };
}

function readMember(entry: unknown): DirectoryEntry {
  const member = memberSchema.safeParse(entry).data;
  // A group, a customer or a user of another domain may have no address.
  if (member && (member.type ?? 'USER') !== 'USER') return 'no_user';
  if (!member?.email) return 'unreadable';
  const isEnabled = member.status !== 'SUSPENDED' && member.status !== 'ARCHIVED';
  return { id: member.id, mailbox: member.email, email: member.email, isEnabled };
}
