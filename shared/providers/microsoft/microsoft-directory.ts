import * as z from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { type DirectoryEntry, type DirectoryPage, type DirectoryRequest, pageOf } from '../directory.ts';
import { noError, pageLink } from '../page-link.ts';
import { ProviderError } from '../provider-error.ts';
import { readAnswer } from '../read-answer.ts';
import { createGraphApi } from './graph-api.ts';

const flag = z.boolean().nullish().catch(null);
const text = z.string().min(1).nullish().catch(null);
const userSchema = z.object({
  '@odata.type': text,
  id: z.string().min(1),
  userPrincipalName: text,
  mail: text,
  accountEnabled: flag,
  userType: text,
});
const pageSchema = z.object({ value: z.array(z.unknown()), '@odata.nextLink': pageLink, error: noError });

/**
 * One page of the users of a tenant, or of the members of a group
 * (https://learn.microsoft.com/en-us/graph/api/user-list, https://learn.microsoft.com/en-us/graph/api/group-list-members).
 *
 * @throws ProviderError `resync` when the link is not accepted: the list is read again from its beginning
 */
export async function readMicrosoftDirectory(
  { graphUrl, clock }: { graphUrl: string; clock: Clock },
  accessToken: string,
  { group, link, pageSize }: DirectoryRequest,
): Promise<DirectoryPage> {
  const query = `$select=id,userPrincipalName,mail,accountEnabled,userType&$top=${pageSize}`;
  const path = group === undefined ? '/users' : `/groups/${encodeURIComponent(group)}/members`;
  const api = createGraphApi(graphUrl, accessToken, clock);
  try {
    const { value, '@odata.nextLink': next } = readAnswer(pageSchema, await api.get(link ?? `${path}?${query}`));
    return pageOf(value.map(readUser), next);
  } catch (error) {
    // An old link of a list is refused as a bad request (`Directory_ExpiredPageToken`).
    const isLinkRefused = error instanceof ProviderError && link !== null && error.verdict.kind === 'rejected';
    throw isLinkRefused ? new ProviderError({ kind: 'resync' }, error.providerCode, error.message) : error;
  }
}

function readUser(entry: unknown): DirectoryEntry {
  const user = userSchema.safeParse(entry).data;
  // Members of a group may be groups, devices and contacts. A guest has its mailbox in another tenant.
  if (user && (user['@odata.type'] ?? '#microsoft.graph.user') !== '#microsoft.graph.user') return 'no_user';
  if (user?.userType?.toLowerCase() === 'guest') return 'no_user';
  if (!user?.userPrincipalName) return 'unreadable';
  const { id, userPrincipalName: name, mail } = user;
  return { id, mailbox: id, email: mail ?? name, isEnabled: user.accountEnabled !== false };
}
